package io.surgemesh.crypto;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Curves by BouncyCastle, several times as fast as the JDK's own, and ciphers by the JDK. */
enum JavaPrimitives implements Primitives {
  INSTANCE;

  @Override
  public X25519Key x25519Key(SecureRandom random) {
    byte[] privateKey = new byte[X25519_BYTES];
    byte[] publicKey = new byte[X25519_BYTES];
    X25519.generatePrivateKey(random, privateKey);
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return new X25519Key(privateKey, publicKey);
  }

  @Override
  public boolean x25519(byte[] privateKey, byte[] publicKey, byte[] secret) {
    return X25519.calculateAgreement(privateKey, 0, publicKey, 0, secret, 0);
  }

  @Override
  public Ed25519Signer ed25519Signer(byte[] seed, byte[] publicKey) {
    return message -> {
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
      return signature;
    };
  }

  @Override
  public boolean ed25519Holds(
      byte[] publicKey, Ed25519.PublicPoint point, byte[] message, byte[] signature) {
    return Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  @Override
  public Aead aead(Aead.Algorithm algorithm, byte[] key) {
    return new JdkAead(algorithm, key);
  }
}
