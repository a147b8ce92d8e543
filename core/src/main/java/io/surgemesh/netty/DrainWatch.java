package io.surgemesh.netty;

/**
 * Notices that a peer takes nothing of what waits on one stream. Looked at now and then, so it
 * counts from the look at which something waited first. Not thread-safe.
 */
final class DrainWatch {
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
   * Returns whether nothing was taken for at least {@code limitNanos}.
   *
   * @param waiting whether anything waits now
   */
  boolean isStalled(boolean waiting, long limitNanos, long nowNanos) {
    if (!waiting) {
      seenBytes = NOTHING;
      return false;
    }
    if (seenBytes != drainedBytes) {
      seenBytes = drainedBytes;
      sinceNanos = nowNanos;
      return false;
    }
    return nowNanos - sinceNanos >= limitNanos;
  }
}
