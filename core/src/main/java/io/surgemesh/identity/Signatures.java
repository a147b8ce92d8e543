package io.surgemesh.identity;

/**
 * How messages are signed: Ed25519, or the cheap stand-in of a simulator.
 *
 * <p>Stateless; any thread may call. Signatures made are always 64 bytes; the real ones verify
 * those under keys of other types too.
 */
public interface Signatures {
  /** Returns the signature of {@code key}'s owner over {@code message}. */
  byte[] sign(KeyPair key, byte[] message);

  /** Returns whether {@code signature} is one of {@code key}'s owner over {@code message}. */
  boolean verify(PublicKey key, byte[] message, byte[] signature);

  /** Returns the real ones. */
  static Signatures ed25519() {
    return Ed25519Signatures.INSTANCE;
  }
}
