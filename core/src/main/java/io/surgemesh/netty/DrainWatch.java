package io.surgemesh.netty;

/**
 * Notices that a peer takes next to nothing of what waits on one stream: less than {@value
 * #BYTES_PER_SECOND_MIN} bytes per second of the time there is. A byte now and then is no progress,
 * or whoever wants a host to keep megabytes would send credit for that.
 *
 * <p>Looked at now and then, so it counts from the look at which something waited first. Not
 * thread-safe.
 */
final class DrainWatch {
  static final int BYTES_PER_SECOND_MIN = 1024;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long NOTHING = -1;

  private long drainedBytes;
  private long seenBytes = NOTHING;
  private long sinceNanos;

  void drained(int bytes) {
    drainedBytes += bytes;
  }

  /** Begins anew: the time that counts has another bound from now on. */
  void begin() {
    seenBytes = NOTHING;
  }

  /**
   * Returns whether too little was taken for at least {@code limitNanos}.
   *
   * @param waiting whether anything waits for the peer now
   */
  boolean isStalled(boolean waiting, long limitNanos, long nowNanos) {
    if (!waiting) {
      seenBytes = NOTHING;
      return false;
    }
    long enough = Math.max(1, BYTES_PER_SECOND_MIN * limitNanos / SECOND_NANOS);
    if (seenBytes == NOTHING || drainedBytes - seenBytes >= enough) {
      seenBytes = drainedBytes;
      sinceNanos = nowNanos;
      return false;
    }
    return nowNanos - sinceNanos >= limitNanos;
  }
}
