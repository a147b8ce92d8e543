package io.surgemesh.simulator;

import java.time.Duration;

/**
 * How a simulated network behaves.
 *
 * @param latency one-way latency of every pair of nodes
 * @param topology region and address of every node
 * @param lossPermille packets lost of a thousand, at first; 0 to 1000, see {@link
 *     SimulatedNetwork#setLossPermille}
 * @param rates what the line of every node carries, at first, see {@link SimulatedNetwork#setRates}
 * @param dialRoundTrips round trips from dialling to a connection that carries streams; 1 or more
 * @param windowBytes receive window of each stream
 * @param dialTimeout until a dial that nobody answers has failed, per address
 * @param negotiationTimeout until opening a stream has failed
 * @param partitionTimeout until a connection breaks on which nothing gets through, across a
 *     partition or for loss
 */
public record NetworkConfig(
    LatencyModel latency,
    Topology topology,
    int lossPermille,
    AccessRates rates,
    int dialRoundTrips,
    int windowBytes,
    Duration dialTimeout,
    Duration negotiationTimeout,
    Duration partitionTimeout) {
  /** Checks the ranges. */
  public NetworkConfig {
    if (dialRoundTrips < 1 || windowBytes < 1) {
      throw new IllegalArgumentException(
          "dialRoundTrips " + dialRoundTrips + ", windowBytes " + windowBytes);
    }
    Losses.requirePermille(lossPermille);
  }

  /**
   * Returns one region, 5 to 100 ms one way with up to 2 ms of jitter, no loss, lines without
   * limits, 3 round trips per dial (TCP, the secure channel, the multiplexer), windows of 256 KiB,
   * and 10, 10 and 20 s for the timeouts.
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
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(20));
  }

  /** Returns the same with another latency, whatever the topology says. */
  public NetworkConfig withLatency(LatencyModel other) {
    return new NetworkConfig(
        other,
        topology,
        lossPermille,
        rates,
        dialRoundTrips,
        windowBytes,
        dialTimeout,
        negotiationTimeout,
        partitionTimeout);
  }

  /** Returns the same with another topology, and its latency. */
  public NetworkConfig withTopology(Topology other) {
    return new NetworkConfig(
        other.latency(),
        other,
        lossPermille,
        rates,
        dialRoundTrips,
        windowBytes,
        dialTimeout,
        negotiationTimeout,
        partitionTimeout);
  }

  /** Returns the same with another loss. */
  public NetworkConfig withLossPermille(int other) {
    return new NetworkConfig(
        latency,
        topology,
        other,
        rates,
        dialRoundTrips,
        windowBytes,
        dialTimeout,
        negotiationTimeout,
        partitionTimeout);
  }

  /** Returns the same with other lines. */
  public NetworkConfig withRates(AccessRates other) {
    return new NetworkConfig(
        latency,
        topology,
        lossPermille,
        other,
        dialRoundTrips,
        windowBytes,
        dialTimeout,
        negotiationTimeout,
        partitionTimeout);
  }

  /** Returns the same with another number of round trips per dial. */
  public NetworkConfig withDialRoundTrips(int other) {
    return new NetworkConfig(
        latency,
        topology,
        lossPermille,
        rates,
        other,
        windowBytes,
        dialTimeout,
        negotiationTimeout,
        partitionTimeout);
  }

  /** Returns the same with another receive window per stream. */
  public NetworkConfig withWindowBytes(int other) {
    return new NetworkConfig(
        latency,
        topology,
        lossPermille,
        rates,
        dialRoundTrips,
        other,
        dialTimeout,
        negotiationTimeout,
        partitionTimeout);
  }
}
