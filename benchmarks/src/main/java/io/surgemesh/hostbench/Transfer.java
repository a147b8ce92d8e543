package io.surgemesh.hostbench;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** The client of one perf stream, which writes in pieces of a given size. */
final class Transfer implements StreamListener {
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final long downloadBytes;
  private final byte[] piece;
  private long uploadLeft;
  private long received;
  private long begunNanos;
  private long answeredNanos;
  private long endedNanos;
  private boolean closed;

  Transfer(long uploadBytes, long downloadBytes, int pieceBytes) {
    this.uploadLeft = uploadBytes;
    this.downloadBytes = downloadBytes;
    this.piece = new byte[pieceBytes];
  }

  CompletableFuture<Void> done() {
    return done;
  }

  /** Returns the time from the request to the first byte back, or the end. */
  long uploadNanos() {
    return answeredNanos - begunNanos;
  }

  /** Returns the time from the first byte back to the last. */
  long downloadNanos() {
    return endedNanos - answeredNanos;
  }

  void begin(Stream stream) {
    stream
        .connection()
        .loop()
        .execute(
            () -> {
              begunNanos = System.nanoTime();
              stream.write(ByteBuffer.allocate(Long.BYTES).putLong(0, downloadBytes));
              pump(stream);
            });
  }

  private void pump(Stream stream) {
    while (uploadLeft > 0 && stream.isWritable()) {
      int bytes = (int) Math.min(uploadLeft, piece.length);
      uploadLeft -= bytes;
      stream.write(ByteBuffer.wrap(piece, 0, bytes));
    }
    if (uploadLeft == 0 && !closed) {
      closed = true;
      stream.closeWrite();
    }
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    if (received == 0) {
      answeredNanos = System.nanoTime();
    }
    received += data.remaining();
    stream.consumed(data.remaining());
  }

  @Override
  public void onRemoteClose(Stream stream) {
    endedNanos = System.nanoTime();
    if (received == 0) {
      answeredNanos = endedNanos;
    }
    if (received == downloadBytes) {
      done.complete(null);
    } else {
      done.completeExceptionally(
          new IllegalStateException(received + " bytes came instead of " + downloadBytes));
    }
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    done.completeExceptionally(new IllegalStateException("stream reset: " + reason));
  }

  @Override
  public void onWritable(Stream stream) {
    if (begunNanos != 0) {
      pump(stream);
    }
  }
}
