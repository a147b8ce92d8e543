package io.surgemesh.crypto;

import io.surgemesh.crypto.Aead.Algorithm;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A cipher of the Java security API with its key, and what its next message begins with. Confined
 * to one thread.
 */
final class JceCipher {
  private static final int TAG_BITS = 8 * Aead.TAG_BYTES;
  private static final byte[] NOTHING = {};

  private final Algorithm algorithm;
  private final Cipher cipher;
  private final SecretKeySpec key;
  private byte[] nonce = NOTHING;
  private byte[] associated = NOTHING;
  private int associatedOffset;
  private int associatedLength;

  JceCipher(Algorithm algorithm, Cipher cipher, byte[] key) {
    this.algorithm = algorithm;
    this.cipher = cipher;
    this.key = new SecretKeySpec(key, algorithm.keyAlgorithm());
  }

  /** As {@link Aead#begin}. */
  void begin(byte[] nonce, byte[] associated, int offset, int length) {
    this.nonce = nonce;
    this.associated = associated;
    associatedOffset = offset;
    associatedLength = length;
  }

  /** Returns the cipher, ready for the message that was begun. */
  Cipher begun(int mode) throws GeneralSecurityException {
    cipher.init(mode, key, parameters());
    if (associatedLength > 0) {
      cipher.updateAAD(associated, associatedOffset, associatedLength);
    }
    return cipher;
  }

  private AlgorithmParameterSpec parameters() {
    return algorithm == Algorithm.CHACHA20_POLY1305
        ? new IvParameterSpec(nonce)
        : new GCMParameterSpec(TAG_BITS, nonce);
  }
}
