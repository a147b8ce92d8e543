package io.surgemesh.simulator;

import io.surgemesh.identity.Signatures;

/**
 * What a {@link SimulatedMesh} stands on.
 *
 * @param network latency and timeouts
 * @param signatures how peers sign and verify: {@link KeyedSignatures} when there are many
 * @param disks how fast ledgers are; {@link DiskConfig#instant} keeps them in memory
 * @param bootstrap through whom each peer joins
 */
public record MeshConfig(
    NetworkConfig network, Signatures signatures, DiskConfig disks, Bootstrap bootstrap) {
  /**
   * Returns {@link NetworkConfig#defaults}, Ed25519, instant disks, and joining through the first
   * peer that is up.
   */
  public static MeshConfig defaults(long seed) {
    return new MeshConfig(
        NetworkConfig.defaults(seed),
        Signatures.ed25519(),
        DiskConfig.instant(),
        Bootstrap.firstUp());
  }

  /** Returns the same with another network. */
  public MeshConfig withNetwork(NetworkConfig other) {
    return new MeshConfig(other, signatures, disks, bootstrap);
  }

  /** Returns the same with another latency. */
  public MeshConfig withLatency(LatencyModel other) {
    return withNetwork(network.withLatency(other));
  }

  /** Returns the same with other signatures. */
  public MeshConfig withSignatures(Signatures other) {
    return new MeshConfig(network, other, disks, bootstrap);
  }

  /** Returns the same with other disks. */
  public MeshConfig withDisks(DiskConfig other) {
    return new MeshConfig(network, signatures, other, bootstrap);
  }

  /** Returns the same with another way to join. */
  public MeshConfig withBootstrap(Bootstrap other) {
    return new MeshConfig(network, signatures, disks, other);
  }
}
