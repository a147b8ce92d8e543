package io.surgemesh.simulator;

import io.surgemesh.multiformats.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Makes the connections of a network: two ends, and a link each way between them. */
final class Wiring {
  private static final int EPHEMERAL_PORT_FIRST = 32768;
  private static final int EPHEMERAL_PORTS = 28000;

  private final SimulatedNetwork network;
  private final long seed;
  private long connections;
  private @Nullable ByteLevel byteLevel;

  /**
   * Creates a maker of connections.
   *
   * @param seed decides jitter, loss, cuts and ephemeral keys of each
   */
  Wiring(SimulatedNetwork network, long seed) {
    this.network = network;
    this.seed = seed;
  }

  /**
   * Makes both ends of a connection. The target's is ready now, the dialer's at {@code readyNanos}.
   *
   * @return the dialer's end
   */
  SimulatedConnection pair(
      SimulatedHost dialer, SimulatedHost target, Multiaddr address, long readyNanos) {
    SimulatedConnection near = new SimulatedConnection(dialer, target, address, true);
    SimulatedConnection far =
        new SimulatedConnection(target, dialer, ephemeralAddress(dialer), false);
    join(near, far, readyNanos);
    target.loop().execute(() -> target.onReady(far));
    return near;
  }

  /**
   * Makes both ends of a connection at byte level. The target's begins its handshake now, the
   * dialer's is to at {@code connectedNanos}.
   *
   * @return the dialer's end
   */
  SessionConnection pairBytes(
      SimulatedHost dialer, SimulatedHost target, Multiaddr address, long connectedNanos) {
    SessionConnection near =
        new SessionConnection(dialer, target.index(), address, true, drawSeed(0));
    SessionConnection far =
        new SessionConnection(target, dialer.index(), ephemeralAddress(dialer), false, drawSeed(1));
    join(near, far, connectedNanos);
    target.loop().execute(far::accept);
    return near;
  }

  /** Lays a link each way between two ends; the one to {@code near} is up at {@code nearNanos}. */
  void join(ConnectionEnd near, ConnectionEnd far, long nearNanos) {
    near.bind(new Link(network, near, far, drawSeed(0), network.time().nowNanos()));
    far.bind(new Link(network, far, near, drawSeed(1), nearNanos));
    near.host().onPaired(near);
    far.host().onPaired(far);
    connections++;
  }

  /** Returns what connections at byte level share, made for the first of them. */
  ByteLevel byteLevel() {
    if (byteLevel == null) {
      byteLevel = new ByteLevel();
    }
    return byteLevel;
  }

  /** Returns what decides one direction of the next connection. */
  private long drawSeed(int direction) {
    return Mix.mix(seed, 2 * connections + direction);
  }

  private Multiaddr ephemeralAddress(SimulatedHost dialer) {
    int port = EPHEMERAL_PORT_FIRST + (int) (connections % EPHEMERAL_PORTS);
    return dialer.address().withTcpPort(port);
  }
}
