package io.surgemesh.simulator;

import io.surgemesh.identity.Signatures;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a {@link SimulatedMesh} stands on.
 *
 * @param network latency and timeouts
 * @param signatures how peers sign and verify: {@link KeyedSignatures} when there are many
 * @param disks how fast ledgers are; {@link DiskConfig#instant} keeps them in memory
 * @param bootstrap through whom each peer joins
 * @param handlerTime until a handler, a job's listener or its result is run by the peer that is to,
 *     which stands for the time that handlers take; not negative
 * @param hostSetup told of each host that is added, before its peer starts for the first time: to
 *     give it wrong clocks or make it slow
 */
public record MeshConfig(
    NetworkConfig network,
    Signatures signatures,
    DiskConfig disks,
    Bootstrap bootstrap,
    Duration handlerTime,
    Consumer<SimulatedHost> hostSetup) {
  /** Checks the range. */
  public MeshConfig {
    if (handlerTime.isNegative()) {
      throw new IllegalArgumentException("handlerTime " + handlerTime);
    }
  }

  /**
   * Returns {@link NetworkConfig#defaults}, Ed25519, instant disks, joining through the first peer
   * that is up, handlers that take no time, and hosts as they are.
   */
  public static MeshConfig defaults(long seed) {
    return new MeshConfig(
        NetworkConfig.defaults(seed),
        Signatures.ed25519(),
        DiskConfig.instant(),
        Bootstrap.firstUp(),
        Duration.ZERO,
        host -> {});
  }

  /** Returns the same with another network. */
  public MeshConfig withNetwork(NetworkConfig other) {
    return new MeshConfig(other, signatures, disks, bootstrap, handlerTime, hostSetup);
  }

  /** Returns the same with another latency. */
  public MeshConfig withLatency(LatencyModel other) {
    return withNetwork(network.withLatency(other));
  }

  /** Returns the same with other signatures. */
  public MeshConfig withSignatures(Signatures other) {
    return new MeshConfig(network, other, disks, bootstrap, handlerTime, hostSetup);
  }

  /** Returns the same with other disks. */
  public MeshConfig withDisks(DiskConfig other) {
    return new MeshConfig(network, signatures, other, bootstrap, handlerTime, hostSetup);
  }

  /** Returns the same with another way to join. */
  public MeshConfig withBootstrap(Bootstrap other) {
    return new MeshConfig(network, signatures, disks, other, handlerTime, hostSetup);
  }

  /** Returns the same with handlers that take so long. */
  public MeshConfig withHandlerTime(Duration other) {
    return new MeshConfig(network, signatures, disks, bootstrap, other, hostSetup);
  }

  /** Returns the same with another setup of hosts. */
  public MeshConfig withHostSetup(Consumer<SimulatedHost> other) {
    return new MeshConfig(network, signatures, disks, bootstrap, handlerTime, other);
  }
}
