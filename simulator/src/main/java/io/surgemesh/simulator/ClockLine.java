package io.surgemesh.simulator;

/**
 * What a clock shows at each moment of virtual time: a straight line from one moment on.
 *
 * <p>In whole nanoseconds and exact, for spans of centuries.
 *
 * @param virtualNanos where the line begins; before, the clock stands still
 * @param shownNanos what the clock shows there
 * @param rate nanoseconds that the clock goes in a millisecond of virtual time, near a million
 */
record ClockLine(long virtualNanos, long shownNanos, int rate) {
  /** The rate of a clock that neither gains nor loses. */
  static final int RATE_TRUE = 1_000_000;

  // Far past any run; keeps the products below within 64 bits.
  private static final long SPAN_NANOS_MAX = 1L << 61;

  /** Shows virtual time. */
  static final ClockLine TRUE = new ClockLine(0, 0, RATE_TRUE);

  /** Returns what the clock shows; never less for a later moment. */
  long at(long virtual) {
    long passed = Math.max(0, virtual - virtualNanos);
    return shownNanos + passed / RATE_TRUE * rate + passed % RATE_TRUE * rate / RATE_TRUE;
  }

  /** Returns the first moment, not before the line begins, at which the clock shows so much. */
  long reaches(long shown) {
    if (shown <= shownNanos) {
      return virtualNanos;
    }
    long left = shown - shownNanos;
    if (left < 0 || left > SPAN_NANOS_MAX) {
      return Long.MAX_VALUE;
    }
    long rest = left % rate * RATE_TRUE;
    return virtualNanos + left / rate * RATE_TRUE + (rest + rate - 1) / rate;
  }

  /** Returns the clock that goes on from what it shows now at another rate. */
  ClockLine withRate(long nowNanos, int other) {
    return new ClockLine(Math.max(nowNanos, virtualNanos), at(nowNanos), other);
  }

  /** Returns the clock that shows something else from now on. */
  ClockLine withShown(long nowNanos, long shown) {
    return new ClockLine(nowNanos, shown, rate);
  }

  /** Returns the clock that stands still from now until it goes on at {@code untilNanos}. */
  ClockLine standingUntil(long nowNanos, long untilNanos) {
    return new ClockLine(Math.max(untilNanos, virtualNanos), at(nowNanos), rate);
  }
}
