package io.surgemesh.simulator;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How often what goes wrong in a drawn plan: faults of each kind per virtual minute of the whole
 * mesh, on average.
 *
 * @param crashes peers that die and start again
 * @param churns periods in which every peer comes and goes
 * @param partitions of one peer, or of halves
 * @param clogs of one direction between two peers
 * @param losses periods of lost packets
 * @param slowdowns periods in which a peer is slow
 * @param pauses of a peer, with and without its clocks
 * @param hidings periods in which a peer cannot be dialled
 * @param drifts of a peer's clocks
 * @param steps of a peer's wall clock
 */
public record FaultMix(
    double crashes,
    double churns,
    double partitions,
    double clogs,
    double losses,
    double slowdowns,
    double pauses,
    double hidings,
    double drifts,
    double steps) {
  private static final double FAULTS_PER_MINUTE_MAX = 1000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when a rate is negative or above 1,000
   */
  public FaultMix {
    for (double rate :
        List.of(
            crashes,
            churns,
            partitions,
            clogs,
            losses,
            slowdowns,
            pauses,
            hidings,
            drifts,
            steps)) {
      if (!(rate >= 0 && rate <= FAULTS_PER_MINUTE_MAX)) {
        throw new IllegalArgumentException("faults per minute out of range: " + rate);
      }
    }
  }

  /** Returns a mix in which nothing goes wrong. */
  public static FaultMix none() {
    return new FaultMix(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Returns a mix of everything, some twenty faults a minute. */
  public static FaultMix everything() {
    return new FaultMix(4, 0.25, 3, 4, 2, 2, 2, 1, 1, 1);
  }

  /**
   * Returns a part of this mix: each kind is left out at random, or up to twice as frequent.
   *
   * <p>Runs that lack some kinds go further into what the others bring about than runs that always
   * mix everything.
   */
  public FaultMix drawnFrom(RandomGenerator random) {
    return new FaultMix(
        crashes * factor(random),
        churns * factor(random),
        partitions * factor(random),
        clogs * factor(random),
        losses * factor(random),
        slowdowns * factor(random),
        pauses * factor(random),
        hidings * factor(random),
        drifts * factor(random),
        steps * factor(random));
  }

  private static double factor(RandomGenerator random) {
    double drawn = random.nextDouble();
    return drawn < 0.4 ? 0 : 2 * drawn;
  }
}
