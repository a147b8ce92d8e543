package io.surgemesh.benchmarks;

import io.surgemesh.simulator.SimulatedHost;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Draws who searches, and for whom. Only what routing finds counts, so for nobody whom a peer has
 * met or heard of before.
 */
final class Strangers {
  /** Draws per peer before there is taken to be no stranger left. */
  private static final int DRAWS = 20;

  /** A peer that was to search knows all others already. */
  static final class NoneLeftException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private Strangers() {}

  /**
   * Returns the first drawn that is a stranger.
   *
   * @param peers how many there are to draw from, about
   * @throws NoneLeftException when hardly any is
   */
  static SimulatedHost to(SimulatedHost host, Supplier<SimulatedHost> draw, int peers) {
    for (int i = 0; i < DRAWS * peers; i++) {
      SimulatedHost drawn = draw.get();
      if (drawn != host && host.peerstore().addresses(drawn.peerId()).isEmpty()) {
        return drawn;
      }
    }
    throw new NoneLeftException();
  }

  /** Returns the first drawn that is not a provider: nobody is told of itself. */
  static int otherThan(int provider, IntSupplier draw) {
    int drawn = draw.getAsInt();
    while (drawn == provider) {
      drawn = draw.getAsInt();
    }
    return drawn;
  }
}
