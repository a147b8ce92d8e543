package io.surgemesh.job;

import java.time.Duration;

/**
 * What a provider lets requestors take of it.
 *
 * @param peerNegotiationsMax open negotiations with one peer; more are refused; 1 or more
 * @param negotiationsMax open negotiations together; more are refused; 1 or more
 * @param negotiateWithin from the first byte of a negotiation to the Commit; then it expires
 * @param holdFor how long a quote holds capacity; at most 2 s
 * @param runMax the longest run agreed to
 * @param inputBytesMax the longest input taken
 * @param outputBytesMax the longest output agreed to
 * @param spoolBytesMax inputs and longest outputs of all running jobs; more are refused
 * @param measuresCpu whether receipts tell the handler's processor time; a simulation that must
 *     repeat exactly says no
 */
public record ProviderLimits(
    int peerNegotiationsMax,
    int negotiationsMax,
    Duration negotiateWithin,
    Duration holdFor,
    Duration runMax,
    long inputBytesMax,
    long outputBytesMax,
    long spoolBytesMax,
    boolean measuresCpu) {
  private static final Duration HOLD_MAX = Duration.ofSeconds(2);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public ProviderLimits {
    JobConfig.require(peerNegotiationsMax >= 1, "peerNegotiationsMax", peerNegotiationsMax);
    JobConfig.require(negotiationsMax >= 1, "negotiationsMax", negotiationsMax);
    JobConfig.requirePositive(negotiateWithin, "negotiateWithin");
    JobConfig.require(
        !holdFor.isNegative() && holdFor.compareTo(HOLD_MAX) <= 0, "holdFor", holdFor);
    JobConfig.requirePositive(runMax, "runMax");
    JobConfig.require(inputBytesMax >= 0, "inputBytesMax", inputBytesMax);
    JobConfig.require(outputBytesMax >= 0, "outputBytesMax", outputBytesMax);
    JobConfig.require(spoolBytesMax >= 0, "spoolBytesMax", spoolBytesMax);
  }

  /**
   * Returns 64 negotiations per peer and 1,024 in all, 30 s each; holds of 2 s; runs up to a day;
   * inputs and outputs up to 4 GiB, 16 GiB of them at a time.
   */
  public static ProviderLimits defaults() {
    return new ProviderLimits(
        64,
        1024,
        Duration.ofSeconds(30),
        HOLD_MAX,
        Duration.ofDays(1),
        4L << 30,
        4L << 30,
        16L << 30,
        true);
  }

  /** Returns these limits with other bounds on negotiations, per peer and in all. */
  public ProviderLimits withNegotiationsMax(int perPeer, int inAll) {
    return new ProviderLimits(
        perPeer,
        inAll,
        negotiateWithin,
        holdFor,
        runMax,
        inputBytesMax,
        outputBytesMax,
        spoolBytesMax,
        measuresCpu);
  }

  /** Returns these limits with other bounds on bytes. */
  public ProviderLimits withBytesMax(long input, long output, long spool) {
    return new ProviderLimits(
        peerNegotiationsMax,
        negotiationsMax,
        negotiateWithin,
        holdFor,
        runMax,
        input,
        output,
        spool,
        measuresCpu);
  }

  /** Returns these limits with or without the processor time in receipts. */
  public ProviderLimits withMeasuresCpu(boolean other) {
    return new ProviderLimits(
        peerNegotiationsMax,
        negotiationsMax,
        negotiateWithin,
        holdFor,
        runMax,
        inputBytesMax,
        outputBytesMax,
        spoolBytesMax,
        other);
  }
}
