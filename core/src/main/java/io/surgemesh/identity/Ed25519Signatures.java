package io.surgemesh.identity;

/** Signatures that only the owner of a private key can make. */
enum Ed25519Signatures implements Signatures {
  INSTANCE;

  @Override
  public byte[] sign(KeyPair key, byte[] message) {
    return key.sign(message);
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, byte[] signature) {
    return key.verify(message, signature);
  }
}
