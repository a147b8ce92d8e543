package io.surgemesh.job;

import io.surgemesh.market.RankingWeights;
import java.time.Duration;

/**
 * The limits of negotiation and jobs, both sides.
 *
 * @param provider what others may take of this peer
 * @param requestor what this peer waits for and proposes
 * @param ranking what counts in choosing among offers
 * @param settleWithin from the final receipt to its acknowledgement, besides a second for every 16
 *     KiB of output
 */
public record JobConfig(
    ProviderLimits provider,
    RequestorLimits requestor,
    RankingWeights ranking,
    Duration settleWithin) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public JobConfig {
    requirePositive(settleWithin, "settleWithin");
  }

  /** Returns the usual limits, and 30 s to settle. */
  public static JobConfig defaults() {
    return new JobConfig(
        ProviderLimits.defaults(),
        RequestorLimits.defaults(),
        RankingWeights.defaults(),
        Duration.ofSeconds(30));
  }

  /** Returns this with other limits of the provider's side. */
  public JobConfig withProvider(ProviderLimits other) {
    return new JobConfig(other, requestor, ranking, settleWithin);
  }

  /** Returns this with other limits of the requestor's side. */
  public JobConfig withRequestor(RequestorLimits other) {
    return new JobConfig(provider, other, ranking, settleWithin);
  }

  /** Returns this with other weights. */
  public JobConfig withRanking(RankingWeights other) {
    return new JobConfig(provider, requestor, other, settleWithin);
  }

  static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }

  static void requirePositive(Duration value, String name) {
    require(!value.isNegative() && !value.isZero(), name, value);
  }
}
