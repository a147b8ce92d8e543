package io.surgemesh.market;

/**
 * How much each quality of an offer counts in its rank; only their proportions matter.
 *
 * @param startDelay of the expected wait, 0 to 1,000
 * @param load of the processor's busy share, 0 to 1,000
 * @param price of what the reserved resources cost per second, 0 to 1,000
 * @param energy of the carbon dioxide per reserved core, 0 to 1,000
 * @param random of chance, which keeps requestors that see the same offers from all choosing the
 *     same provider, 0 to 1,000
 */
public record RankingWeights(int startDelay, int load, int price, int energy, int random) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public RankingWeights {
    Ranges.require(startDelay, 0, 1000, "startDelay weight");
    Ranges.require(load, 0, 1000, "load weight");
    Ranges.require(price, 0, 1000, "price weight");
    Ranges.require(energy, 0, 1000, "energy weight");
    Ranges.require(random, 0, 1000, "random weight");
  }

  /**
   * Returns the usual weights: soon and cheap first, then idle, then clean, and a little chance.
   */
  public static RankingWeights defaults() {
    return new RankingWeights(300, 200, 300, 50, 50);
  }
}
