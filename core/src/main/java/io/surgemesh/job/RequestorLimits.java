package io.surgemesh.job;

import java.time.Duration;

/**
 * What a requestor waits for and what it proposes.
 *
 * @param submissionsMax jobs submitted and not finished; a further one fails at once; 1 or more
 * @param offersWait how long a job waits while no offer matches it; then it fails
 * @param answerWithin from opening a negotiation to the provider's Quote
 * @param commitWithin from Accept to the Commit; up to 1 min
 * @param grace silence after which an agreement ends, G; 3 s to 10 min
 * @param receiptInterval interim receipts come no closer than this; 100 ms to 1 h
 */
public record RequestorLimits(
    int submissionsMax,
    Duration offersWait,
    Duration answerWithin,
    Duration commitWithin,
    Duration grace,
    Duration receiptInterval) {
  private static final Duration COMMIT_WITHIN_MAX = Duration.ofMinutes(1);
  private static final Duration GRACE_MIN = Duration.ofSeconds(3);
  private static final Duration GRACE_MAX = Duration.ofMinutes(10);
  private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
  private static final Duration INTERVAL_MAX = Duration.ofHours(1);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public RequestorLimits {
    JobConfig.require(submissionsMax >= 1, "submissionsMax", submissionsMax);
    JobConfig.require(!offersWait.isNegative(), "offersWait", offersWait);
    JobConfig.requirePositive(answerWithin, "answerWithin");
    JobConfig.requirePositive(commitWithin, "commitWithin");
    JobConfig.require(commitWithin.compareTo(COMMIT_WITHIN_MAX) <= 0, "commitWithin", commitWithin);
    JobConfig.require(
        grace.compareTo(GRACE_MIN) >= 0 && grace.compareTo(GRACE_MAX) <= 0, "grace", grace);
    JobConfig.require(
        receiptInterval.compareTo(INTERVAL_MIN) >= 0
            && receiptInterval.compareTo(INTERVAL_MAX) <= 0,
        "receiptInterval",
        receiptInterval);
  }

  /**
   * Returns 4,096 jobs, 10 s for offers and quotes, 5 s for a Commit, G = 15 s, receipts at 5 s.
   */
  public static RequestorLimits defaults() {
    return new RequestorLimits(
        4096,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5));
  }

  /** Returns these limits with another grace. */
  public RequestorLimits withGrace(Duration other) {
    return new RequestorLimits(
        submissionsMax, offersWait, answerWithin, commitWithin, other, receiptInterval);
  }

  /** Returns these limits with another wait for offers. */
  public RequestorLimits withOffersWait(Duration other) {
    return new RequestorLimits(
        submissionsMax, other, answerWithin, commitWithin, grace, receiptInterval);
  }

  /** Returns these limits with another bound on jobs. */
  public RequestorLimits withSubmissionsMax(int other) {
    return new RequestorLimits(
        other, offersWait, answerWithin, commitWithin, grace, receiptInterval);
  }

  /** Returns these limits with another interval between receipts. */
  public RequestorLimits withReceiptInterval(Duration other) {
    return new RequestorLimits(
        submissionsMax, offersWait, answerWithin, commitWithin, grace, other);
  }
}
