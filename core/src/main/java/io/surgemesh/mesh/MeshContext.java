package io.surgemesh.mesh;

import io.surgemesh.host.Host;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.MeshName;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What the parts of one mesh share: handed to each port's factory at start.
 *
 * @param host the peer's end of the network; its loop is the mesh loop
 * @param meshName the mesh this peer takes part in
 * @param keyPair the peer's identity
 * @param signatures how to sign and verify; slow, so off the loop
 * @param wallClock for expiry and signed times only
 * @param random the mesh loop's source of randomness; confined to that loop
 * @param dataDirectory where a part may keep files of its own across restarts, readable by the
 *     owner alone and locked; empty where nothing is to be kept, as in the simulator
 */
public record MeshContext(
    Host host,
    MeshName meshName,
    KeyPair keyPair,
    Signatures signatures,
    InstantSource wallClock,
    RandomGenerator random,
    Optional<Path> dataDirectory) {
  /** Creates a context in which nothing is kept across restarts. */
  public MeshContext(
      Host host,
      MeshName meshName,
      KeyPair keyPair,
      Signatures signatures,
      InstantSource wallClock,
      RandomGenerator random) {
    this(host, meshName, keyPair, signatures, wallClock, random, Optional.empty());
  }
}
