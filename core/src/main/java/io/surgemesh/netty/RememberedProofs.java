package io.surgemesh.netty;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.session.ConnectionUpgrade;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signatures over Noise static keys that held before: a peer has one such key for as long as it
 * runs, so that peers that meet again spare checking it.
 *
 * <p>Remembered with all that was signed, so a hit says what a check would say. The {@value #MAX}
 * used last are kept. Thread-safe.
 */
final class RememberedProofs {
  /** How many are remembered, some hundred bytes each. */
  static final int MAX = 1024;

  private record Proof(Bytes key, Bytes message, Bytes signature) {
    static Proof of(ConnectionUpgrade.Verify verify) {
      return new Proof(Bytes.of(verify.key().encode()), verify.message(), verify.signature());
    }
  }

  private final Map<Proof, Boolean> held =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Proof, Boolean> eldest) {
          return size() > MAX;
        }
      };

  synchronized boolean contains(ConnectionUpgrade.Verify verify) {
    return held.get(Proof.of(verify)) != null;
  }

  /** Checks a signature, and remembers it when it holds; takes long. */
  boolean check(ConnectionUpgrade.Verify verify) {
    boolean holds =
        verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray());
    if (holds) {
      synchronized (this) {
        held.put(Proof.of(verify), true);
      }
    }
    return holds;
  }
}
