package io.surgemesh.crypto;

/** Signs with one Ed25519 key. Thread-safe. */
@FunctionalInterface
public interface Ed25519Signer {
  /** Returns the signature over {@code message}, 64 bytes, always the same for the same message. */
  byte[] sign(byte[] message);
}
