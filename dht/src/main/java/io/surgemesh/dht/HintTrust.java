package io.surgemesh.dht;

/**
 * How good the hints have been: of those asked lately, how many answered.
 *
 * <p>Who fills others' hints with peers that are not there costs searches their places in flight;
 * so when many were in vain, each search tries few.
 */
final class HintTrust {
  /** How many hints a search tries at least; all of them together for the time of a slow query. */
  static final int FEW = 3;

  private static final double GOOD = 0.6;
  private static final double WEIGHT = 1.0 / 32;

  private double answered = 1;

  /** A peer was asked that only a hint told of. */
  void onAsked(boolean hasAnswered) {
    answered += WEIGHT * ((hasAnswered ? 1 : 0) - answered);
  }

  /** Returns how many hints a search may try that would like {@code wanted}. */
  int hintsMax(int wanted) {
    return answered >= GOOD ? wanted : Math.min(FEW, wanted);
  }
}
