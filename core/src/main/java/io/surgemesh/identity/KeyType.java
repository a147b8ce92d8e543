package io.surgemesh.identity;

import java.util.Optional;

/**
 * The kinds of keys that libp2p knows (peer-ids spec, Keys).
 *
 * <p>A peer may have a key of any of them; our own, and those that sign in the market, are {@link
 * #ED25519}.
 */
public enum KeyType {
  /** RSA, 2048 to 8192 bits. */
  RSA(0),
  /** Ed25519 of RFC 8032. */
  ED25519(1),
  /** ECDSA on secp256k1. */
  SECP256K1(2),
  /** ECDSA on P-256 or another of NIST's curves. */
  ECDSA(3);

  private final int code;

  KeyType(int code) {
    this.code = code;
  }

  /** Returns the number that stands for this type in protobuf. */
  public int code() {
    return code;
  }

  /** Returns the type that {@code code} stands for; empty when there is none. */
  public static Optional<KeyType> find(int code) {
    for (KeyType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
