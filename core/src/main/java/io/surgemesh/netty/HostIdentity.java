package io.surgemesh.netty;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.NoiseStatic;
import io.surgemesh.session.Yamux;
import java.security.SecureRandom;
import java.util.List;

/** The keys of one host; the random source is thread-safe. */
record HostIdentity(
    KeyPair keyPair, NoiseStatic noise, LazyTls tls, RememberedProofs proofs, SecureRandom random) {
  private static final int KEY_BYTES = 32;

  static HostIdentity of(KeyPair keyPair) {
    SecureRandom random = new SecureRandom();
    Primitives primitives = Primitives.fastest();
    return new HostIdentity(
        keyPair,
        NoiseStatic.create(keyPair, List.of(Yamux.PROTOCOL), random, primitives),
        new LazyTls(keyPair, random, primitives),
        new RememberedProofs(),
        random);
  }

  /** Returns the ephemeral key of one handshake. */
  byte[] freshKey() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return key;
  }
}
