package io.surgemesh.simulator;

/**
 * A split of a {@link SimulatedNetwork} into two sides, from its beginning until it heals.
 *
 * <p>Confined to the thread of its network.
 */
public final class Partition {
  private final Cuts cuts;
  private final Cut cut;
  private final long bit;

  Partition(Cuts cuts, Cut cut, long bit) {
    this.cuts = cuts;
    this.cut = cut;
    this.bit = bit;
  }

  /** Returns whether the two sides hear each other again, as far as this split is concerned. */
  public boolean isHealed() {
    return cut.isHealed();
  }

  /** Ends the split; what was held travels on, in order. Does nothing when it has ended. */
  public void heal() {
    if (!isHealed()) {
      cuts.healSplit(bit);
    }
  }
}
