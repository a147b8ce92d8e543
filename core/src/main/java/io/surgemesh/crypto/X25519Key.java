package io.surgemesh.crypto;

/**
 * An X25519 key, both halves of 32 bytes; its arrays belong to who asked for it, who wipes the
 * private one.
 */
public final class X25519Key {
  private final byte[] privateKey;
  private final byte[] publicKey;

  X25519Key(byte[] privateKey, byte[] publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** Returns the private half, not copied. */
  public byte[] privateKey() {
    return privateKey;
  }

  /** Returns the public half, not copied. */
  public byte[] publicKey() {
    return publicKey;
  }
}
