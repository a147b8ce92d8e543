package io.surgemesh.netty;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.session.ConnectionUpgrade;

/**
 * Signatures over Noise static keys that held before: a peer has one such key for as long as it
 * runs, so that peers that meet again spare checking it.
 *
 * <p>Remembered with all that was signed, so a hit says what a check would say. {@value #MAX} are
 * kept, those of peers met often before those of many that come once. Thread-safe.
 */
final class RememberedProofs {
  /** How many are remembered, some hundred bytes each. */
  static final int MAX = 1024;

  private record Proof(Bytes key, Bytes message, Bytes signature) {
    static Proof of(ConnectionUpgrade.Verify verify) {
      return new Proof(Bytes.of(verify.key().encode()), verify.message(), verify.signature());
    }
  }

  private final Cache<Proof, Boolean> held =
      Caffeine.newBuilder().maximumSize(MAX).executor(Runnable::run).build();

  boolean contains(ConnectionUpgrade.Verify verify) {
    return held.getIfPresent(Proof.of(verify)) != null;
  }

  /** Checks a signature, and remembers it when it holds; takes long. */
  boolean check(ConnectionUpgrade.Verify verify) {
    boolean holds =
        verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray());
    if (holds) {
      held.put(Proof.of(verify), true);
    }
    return holds;
  }
}
