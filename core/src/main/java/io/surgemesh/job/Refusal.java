package io.surgemesh.job;

/**
 * One reason not to take a job.
 *
 * @param constraint what is not met
 * @param wanted what was asked for, in the constraint's unit; 0 when that says nothing
 * @param had what could be had instead, as unsigned
 * @param retryAfterMillis when asking again may help; 0 when that is not known
 */
record Refusal(Constraint constraint, long wanted, long had, int retryAfterMillis) {
  /** The most reasons given at once. */
  static final int REASONS_MAX = 16;

  static Refusal of(Constraint constraint) {
    return new Refusal(constraint, 0, 0, 0);
  }

  static Refusal of(Constraint constraint, long wanted, long had) {
    return new Refusal(constraint, wanted, had, 0);
  }

  Refusal retryAfter(int millis) {
    return new Refusal(constraint, wanted, had, millis);
  }

  @Override
  public String toString() {
    String line = constraint.name();
    if (wanted != 0 || had != 0) {
      line += " wanted " + Long.toUnsignedString(wanted) + " had " + Long.toUnsignedString(had);
    }
    return retryAfterMillis == 0
        ? line
        : line + " retry after " + Integer.toUnsignedString(retryAfterMillis) + " ms";
  }
}
