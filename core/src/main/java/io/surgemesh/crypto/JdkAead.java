package io.surgemesh.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * A cipher of the JDK, which is fastest on heap arrays.
 *
 * <p>It copies the input when it begins elsewhere than at index 0, is long and to be decrypted.
 */
final class JdkAead implements Aead {
  private final JceCipher cipher;

  JdkAead(Algorithm algorithm, byte[] key) {
    try {
      cipher = new JceCipher(algorithm, Cipher.getInstance(algorithm.transformation()), key);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no " + algorithm, missing);
    }
  }

  @Override
  public void begin(byte[] nonce, byte[] associated, int offset, int length) {
    cipher.begin(nonce, associated, offset, length);
  }

  @Override
  public int seal(
      byte[] plain, int offset, int length, byte[] tail, byte[] target, int targetOffset) {
    try {
      Cipher begun = cipher.begun(Cipher.ENCRYPT_MODE);
      if (tail.length == 0) {
        return begun.doFinal(plain, offset, length, target, targetOffset);
      }
      int written = begun.update(plain, offset, length, target, targetOffset);
      return written + begun.doFinal(tail, 0, tail.length, target, targetOffset + written);
    } catch (GeneralSecurityException refused) {
      return FAILED;
    }
  }

  @Override
  public int open(byte[] sealed, int offset, int length, byte[] target, int targetOffset) {
    try {
      return cipher
          .begun(Cipher.DECRYPT_MODE)
          .doFinal(sealed, offset, length, target, targetOffset);
    } catch (GeneralSecurityException forged) {
      return FAILED;
    }
  }
}
