package io.surgemesh.simulator;

/** How the times between coming and going are spread about their mean. */
public enum SessionLength {
  /** Exponential: who has stayed long goes as soon as who has just come. */
  EXPONENTIAL {
    @Override
    double share(double negativeLog) {
      return negativeLog;
    }
  },

  /**
   * Weibull of shape 1/2: many short sessions, a few that last; Weibull is what fits the sessions
   * measured in file sharing (Stutzbach and Rejaie, Understanding churn in peer-to-peer networks,
   * 2006).
   */
  HEAVY_TAILED {
    @Override
    double share(double negativeLog) {
      // The mean of the square of an exponential is 2.
      return negativeLog * negativeLog / 2;
    }
  };

  private static final long NANOS_MIN = 1_000_000;
  private static final double UNIT = 0x1p-53;

  /** Returns the multiple of the mean that belongs to the negative logarithm of an even draw. */
  abstract double share(double negativeLog);

  /** Returns a time of at least 1 ms. */
  long nanos(long meanNanos, long draw) {
    double even = ((draw >>> 11) + 1) * UNIT;
    return Math.max(NANOS_MIN, (long) (meanNanos * share(-StrictMath.log(even))));
  }
}
