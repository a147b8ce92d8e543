package io.surgemesh.simulator;

/**
 * What packet loss does to one direction of a connection, below its frames: it makes them late.
 *
 * <p>Made for the first frame that loss concerns.
 */
final class LossyPath {
  private final SimulatedNetwork network;
  private final int from;
  private final int to;
  private final long seed;
  private long framesSent;
  // When all packets so far have been sent at the pace that loss allows.
  private long pacedNanos;
  private boolean broken;

  LossyPath(SimulatedNetwork network, int from, int to, long seed) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.seed = seed;
  }

  /** Returns whether a packet was given up: nothing that is sent now arrives. */
  boolean isBroken() {
    return broken;
  }

  /**
   * Returns how long a frame waits that is sent now, as loss lets a sender have no more than some
   * packets on their way: those of one round trip go at once, more wait for their turn.
   */
  long paceNanos(int bytes) {
    int permille = network.losses().permille(from, to);
    if (permille == 0) {
      return 0;
    }
    long nowNanos = network.time().nowNanos();
    long roundTripNanos = roundTripNanos();
    long spacingNanos = Retransmission.spacingNanos(permille, roundTripNanos);
    pacedNanos = Math.max(pacedNanos, nowNanos) + Retransmission.packets(bytes) * spacingNanos;
    return Math.max(0, pacedNanos - nowNanos - roundTripNanos);
  }

  /**
   * Returns how late sending lost packets again makes a frame; {@link Retransmission#GIVEN_UP} when
   * the connection breaks over it.
   */
  long resendNanos(int bytes) {
    long nanos =
        Retransmission.frameNanos(
            Mix.mix(seed, framesSent++),
            Retransmission.packets(bytes),
            network.losses().permille(from, to),
            roundTripNanos(),
            network.config().timeouts().silence().toNanos());
    broken = nanos == Retransmission.GIVEN_UP;
    return nanos;
  }

  private long roundTripNanos() {
    return network.latencyNanos(from, to) + network.latencyNanos(to, from);
  }
}
