package io.surgemesh.crypto;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A cipher of the JDK, which is fastest on heap arrays.
 *
 * <p>It copies the input when it begins elsewhere than at index 0, is long and to be decrypted.
 */
final class JdkAead implements Aead {
  private static final int TAG_BITS = 8 * TAG_BYTES;
  private static final byte[] NOTHING = {};

  private final Algorithm algorithm;
  private final Cipher cipher;
  private final SecretKeySpec key;
  private byte[] nonce = NOTHING;
  private byte[] associated = NOTHING;
  private int associatedOffset;
  private int associatedLength;

  JdkAead(Algorithm algorithm, byte[] key) {
    this.algorithm = algorithm;
    this.key = new SecretKeySpec(key, algorithm.keyAlgorithm());
    try {
      cipher = Cipher.getInstance(algorithm.transformation());
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no " + algorithm, missing);
    }
  }

  static AlgorithmParameterSpec parameters(Algorithm algorithm, byte[] nonce) {
    return algorithm == Algorithm.CHACHA20_POLY1305
        ? new IvParameterSpec(nonce)
        : new GCMParameterSpec(TAG_BITS, nonce);
  }

  @Override
  public void begin(byte[] nonce, byte[] associated, int offset, int length) {
    this.nonce = nonce;
    this.associated = associated;
    associatedOffset = offset;
    associatedLength = length;
  }

  @Override
  public int seal(
      byte[] plain, int offset, int length, byte[] tail, byte[] target, int targetOffset) {
    try {
      init(Cipher.ENCRYPT_MODE);
      if (tail.length == 0) {
        return cipher.doFinal(plain, offset, length, target, targetOffset);
      }
      int written = cipher.update(plain, offset, length, target, targetOffset);
      return written + cipher.doFinal(tail, 0, tail.length, target, targetOffset + written);
    } catch (GeneralSecurityException refused) {
      return FAILED;
    }
  }

  @Override
  public int open(byte[] sealed, int offset, int length, byte[] target, int targetOffset) {
    try {
      init(Cipher.DECRYPT_MODE);
      return cipher.doFinal(sealed, offset, length, target, targetOffset);
    } catch (GeneralSecurityException forged) {
      return FAILED;
    }
  }

  private void init(int mode) throws GeneralSecurityException {
    cipher.init(mode, key, parameters(algorithm, nonce));
    if (associatedLength > 0) {
      cipher.updateAAD(associated, associatedOffset, associatedLength);
    }
  }
}
