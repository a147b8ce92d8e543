package io.surgemesh.crypto;

import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The arithmetic that identities and sessions stand on: X25519, Ed25519 and authenticated ciphers.
 *
 * <p>There are two kinds: BouncyCastle with the JDK's ciphers, and BoringSSL where an application
 * has Conscrypt on its class path. They give the same bytes, and take and refuse the same keys and
 * signatures, so that peers with the one and with the other judge alike.
 *
 * <p>Thread-safe. Internal: public only for the rooms that hold keys and drive sessions.
 */
public sealed interface Primitives permits JavaPrimitives, BoringSslPrimitives {
  /** The length of keys and secrets of X25519, in bytes. */
  int X25519_BYTES = 32;

  /**
   * Returns the primitives of this process: BoringSSL's when Conscrypt is there, works and is not
   * turned off by the system property {@code io.surgemesh.nativeCrypto=false}, else Java's.
   *
   * <p>Found out when first asked for, which then takes long, and the same from then on.
   */
  static Primitives fastest() {
    return Choice.fastest();
  }

  /** Returns those in pure Java. */
  static Primitives java() {
    return JavaPrimitives.INSTANCE;
  }

  /** Returns those of BoringSSL, turned off or not; empty when they cannot be used. */
  static Optional<Primitives> boringSsl() {
    return Choice.boringSsl();
  }

  /**
   * Returns a fresh X25519 key.
   *
   * @param random where its bytes come from in Java; BoringSSL has a source of its own
   */
  X25519Key x25519Key(SecureRandom random);

  /**
   * Agrees on a secret (RFC 7748, section 6.1).
   *
   * @param privateKey {@value #X25519_BYTES} bytes, which need not be clamped
   * @param publicKey {@value #X25519_BYTES} bytes of the peer
   * @param secret room for {@value #X25519_BYTES} bytes
   * @return false when the secret would be zero, which comes of a public key of small order and is
   *     known to everybody
   */
  boolean x25519(byte[] privateKey, byte[] publicKey, byte[] secret);

  /**
   * Returns what signs with an Ed25519 key (RFC 8032, section 5.1.6).
   *
   * @param seed 32 bytes, kept and not copied
   * @param publicKey of that seed, 32 bytes, kept and not copied
   */
  Ed25519Signer ed25519Signer(byte[] seed, byte[] publicKey);

  /**
   * Returns whether an Ed25519 signature holds, by the equation with the cofactor (RFC 8032,
   * section 5.1.7); never throws.
   *
   * @param publicKey 32 bytes, in the canonical encoding
   * @param point the same, read and found not to be of small order
   * @param signature 64 bytes
   */
  boolean ed25519Holds(
      byte[] publicKey, Ed25519.PublicPoint point, byte[] message, byte[] signature);

  /**
   * Returns a cipher with one key; confined to one thread.
   *
   * @param key of the algorithm's length, copied
   */
  Aead aead(Aead.Algorithm algorithm, byte[] key);
}
