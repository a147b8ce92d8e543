package io.surgemesh.session;

/** Measures the round-trip time of a session by pings of its own, while streams are busy. */
final class YamuxRtt {
  /** How long a measurement holds. */
  private static final long FRESH_NANOS = 10_000_000_000L;

  /** A longer time may come of a queue, which windows should not grow for: it counts slowly. */
  private static final int SLOWLY = 8;

  private static final long UNKNOWN = -1;

  private long rttNanos = UNKNOWN;
  private long sentNanos = UNKNOWN;
  private int value;
  private boolean waiting;

  /**
   * Queues a ping when it is time.
   *
   * <p>One that stays unanswered is not repeated: the keep-alive finds out what that means.
   */
  void measure(YamuxFrameQueue frames, long nowNanos) {
    if (waiting || (sentNanos != UNKNOWN && nowNanos - sentNanos < FRESH_NANOS)) {
      return;
    }
    waiting = true;
    sentNanos = nowNanos;
    // The pings of the keep-alive have the value 0.
    value = value == Integer.MAX_VALUE ? 1 : value + 1;
    frames.addPing(value);
  }

  /** Takes the answer to a ping; those to others are ignored. */
  void onAnswer(int answered, long nowNanos) {
    if (!waiting || answered != value) {
      return;
    }
    waiting = false;
    long sample = Math.max(1, nowNanos - sentNanos);
    rttNanos =
        rttNanos == UNKNOWN || sample < rttNanos ? sample : rttNanos + (sample - rttNanos) / SLOWLY;
  }

  /** Returns within what time a window must be used up to grow. */
  long growWithinNanos(YamuxLimits limits) {
    return rttNanos == UNKNOWN
        ? limits.growWithinNanos()
        : Math.max(limits.growWithinNanosMin(), limits.growWithinRtts() * rttNanos);
  }
}
