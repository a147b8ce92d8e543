package io.surgemesh.simulator;

/**
 * Says that code under simulation threw, which is a bug: where, when, and with its cause.
 *
 * <p>Thrown out of the {@code run} methods of {@link VirtualTime}; the run cannot go on after it.
 */
public final class SimulationFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int node;
  private final long nowNanos;

  SimulationFailure(int node, long nowNanos, Throwable bug) {
    super((node < 0 ? "network" : "node " + node) + " at " + nowNanos + " ns: " + bug, bug);
    this.node = node;
    this.nowNanos = nowNanos;
  }

  /** Returns the index of the node whose code threw; -1 for the network itself. */
  public int node() {
    return node;
  }

  /** Returns when it threw, in nanoseconds of virtual time. */
  public long nowNanos() {
    return nowNanos;
  }
}
