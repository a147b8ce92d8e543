package io.surgemesh.simulator;

import io.surgemesh.host.AutoNatConfig;
import io.surgemesh.host.ConnectionLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a simulated network behaves.
 *
 * @param latency one-way latency of every pair of nodes
 * @param topology where nodes stand and which addresses they have
 * @param lossPermille packets lost of a thousand, at first; 0 to 1000, see {@link
 *     SimulatedNetwork#setLossPermille}
 * @param rates what the line of every node carries, at first, see {@link SimulatedNetwork#setRates}
 * @param dialRoundTrips round trips from dialling to a connection that carries streams; with 0 one
 *     is there at once, as if there had been one before, so that messages alone are counted. At
 *     byte level TCP takes one, and the handshake what it takes
 * @param windowBytes receive window of each stream; at byte level yamux has its own
 * @param timeouts how long nodes wait
 * @param connections to how many peers a node stays connected that nobody needs
 * @param level how much of the wire is simulated
 * @param autoNat when nodes ask others whether they can be dialled; empty for never, as at first,
 *     so that a run shows the protocols under test alone. When a node is dialled back, only the
 *     time that it takes is simulated, at each level
 */
public record NetworkConfig(
    LatencyModel latency,
    Topology topology,
    int lossPermille,
    AccessRates rates,
    int dialRoundTrips,
    int windowBytes,
    Timeouts timeouts,
    ConnectionLimits connections,
    Level level,
    Optional<AutoNatConfig> autoNat) {
  /**
   * How long nodes wait.
   *
   * @param dial until a dial that nobody answers has failed, per address; at byte level until a
   *     handshake has failed as well, at either end
   * @param negotiation until opening a stream has failed
   * @param silence until a connection breaks on which nothing gets through, across a partition or
   *     for loss
   */
  public record Timeouts(Duration dial, Duration negotiation, Duration silence) {
    /** Returns 10, 10 and 20 s. */
    public static Timeouts defaults() {
      return new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));
    }
  }

  /** Checks the ranges. */
  public NetworkConfig {
    if (dialRoundTrips < 0 || windowBytes < 1) {
      throw new IllegalArgumentException(
          "dialRoundTrips " + dialRoundTrips + ", windowBytes " + windowBytes);
    }
    Losses.requirePermille(lossPermille);
  }

  /**
   * Returns one region, 5 to 100 ms one way with up to 2 ms of jitter, no loss, lines without
   * limits, 3 round trips per dial (TCP, the secure channel, the multiplexer), windows of 256 KiB,
   * and the defaults of timeouts and connections; messages travel as objects.
   */
  public static NetworkConfig defaults(long seed) {
    LatencyModel latency =
        LatencyModel.drawn(
            seed, Duration.ofMillis(5), Duration.ofMillis(100), Duration.ofMillis(2));
    return new NetworkConfig(
        latency,
        Topology.flat(latency),
        0,
        AccessRates.UNLIMITED,
        3,
        256 * 1024,
        Timeouts.defaults(),
        ConnectionLimits.defaults(),
        Level.STREAMS,
        Optional.empty());
  }

  /** Returns the same with another latency, whatever the topology says. */
  public NetworkConfig withLatency(LatencyModel other) {
    return with(draft -> draft.latency = other);
  }

  /** Returns the same with another topology, and its latency. */
  public NetworkConfig withTopology(Topology other) {
    return with(
        draft -> {
          draft.latency = other.latency();
          draft.topology = other;
        });
  }

  /** Returns the same with another loss. */
  public NetworkConfig withLossPermille(int other) {
    return with(draft -> draft.lossPermille = other);
  }

  /** Returns the same with other lines. */
  public NetworkConfig withRates(AccessRates other) {
    return with(draft -> draft.rates = other);
  }

  /** Returns the same with another number of round trips per dial. */
  public NetworkConfig withDialRoundTrips(int other) {
    return with(draft -> draft.dialRoundTrips = other);
  }

  /** Returns the same with another receive window per stream. */
  public NetworkConfig withWindowBytes(int other) {
    return with(draft -> draft.windowBytes = other);
  }

  /** Returns the same with other timeouts. */
  public NetworkConfig withTimeouts(Timeouts other) {
    return with(draft -> draft.timeouts = other);
  }

  /** Returns the same with other bounds on the connections kept. */
  public NetworkConfig withConnections(ConnectionLimits other) {
    return with(draft -> draft.connections = other);
  }

  /** Returns the same at another level. */
  public NetworkConfig withLevel(Level other) {
    return with(draft -> draft.level = other);
  }

  /** Returns the same where nodes ask others whether they can be dialled, or do not. */
  public NetworkConfig withAutoNat(Optional<AutoNatConfig> other) {
    return with(draft -> draft.autoNat = other);
  }

  private NetworkConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** All values of a config, of which some are about to be others. */
  private static final class Draft {
    private LatencyModel latency;
    private Topology topology;
    private int lossPermille;
    private AccessRates rates;
    private int dialRoundTrips;
    private int windowBytes;
    private Timeouts timeouts;
    private ConnectionLimits connections;
    private Level level;
    private Optional<AutoNatConfig> autoNat;

    Draft(NetworkConfig config) {
      this.latency = config.latency;
      this.topology = config.topology;
      this.lossPermille = config.lossPermille;
      this.rates = config.rates;
      this.dialRoundTrips = config.dialRoundTrips;
      this.windowBytes = config.windowBytes;
      this.timeouts = config.timeouts;
      this.connections = config.connections;
      this.level = config.level;
      this.autoNat = config.autoNat;
    }

    NetworkConfig config() {
      return new NetworkConfig(
          latency,
          topology,
          lossPermille,
          rates,
          dialRoundTrips,
          windowBytes,
          timeouts,
          connections,
          level,
          autoNat);
    }
  }
}
