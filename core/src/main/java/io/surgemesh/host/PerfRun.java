package io.surgemesh.host;

import java.util.concurrent.CompletableFuture;

/** One measurement by {@link Perf}, under way or over. Thread-safe. */
public final class PerfRun {
  private final CompletableFuture<PerfResult> result = new CompletableFuture<>();
  private final long uploadBytesMax;
  private final long downloadBytesMax;
  private volatile long uploadedBytes;
  private volatile long downloadedBytes;

  PerfRun(long uploadBytesMax, long downloadBytesMax) {
    this.uploadBytesMax = uploadBytesMax;
    this.downloadBytesMax = downloadBytesMax;
  }

  /** Returns how many bytes to send, in all. */
  long uploadBytesMax() {
    return uploadBytesMax;
  }

  /** Returns how many bytes to receive, in all. */
  long downloadBytesMax() {
    return downloadBytesMax;
  }

  /**
   * Returns how many bytes the stream has taken to send; up to {@value
   * Stream#WRITE_QUEUE_BYTES_SOFT} of them may wait there.
   */
  public long uploadedBytes() {
    return uploadedBytes;
  }

  /** Returns how many bytes have come back. */
  public long downloadedBytes() {
    return downloadedBytes;
  }

  /** Returns what completes at the end, on a loop of the host; cancelling it resets the stream. */
  public CompletableFuture<PerfResult> result() {
    return result;
  }

  void uploaded(long bytesSoFar) {
    uploadedBytes = bytesSoFar;
  }

  void downloaded(long bytesSoFar) {
    downloadedBytes = bytesSoFar;
  }
}
