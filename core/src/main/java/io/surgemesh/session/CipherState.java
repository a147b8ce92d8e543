package io.surgemesh.session;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One ChaCha20-Poly1305 key with its message counter, as the Noise protocol framework defines it.
 *
 * <p>Works on heap arrays, on which the JDK's cipher is fastest; input and output must be different
 * arrays, and for decryption the input should begin at index 0, or the JDK copies it. Confined to
 * one thread. Internal: public only for the rooms that drive sessions.
 *
 * @see <a href="https://noiseprotocol.org/noise.html#the-cipherstate-object">Noise, section 5.1</a>
 */
public final class CipherState implements RecordSealer {
  /** What encryption adds to a message, in bytes. */
  public static final int TAG_BYTES = 16;

  /** The longest encrypted message, in bytes (Noise, section 3). */
  public static final int RECORD_BYTES_MAX = 65_535;

  /** The longest message that can be encrypted, in bytes. */
  public static final int PLAIN_BYTES_MAX = RECORD_BYTES_MAX - TAG_BYTES;

  /** Noise reserves 2^64-1; as a signed number that is -1. */
  private static final long COUNTER_RESERVED = -1L;

  static final int RECORD_LENGTH_BYTES = 2;

  /** The longest record as it goes on the wire, behind its length, in bytes. */
  public static final int SEALED_BYTES_MAX = RECORD_LENGTH_BYTES + RECORD_BYTES_MAX;

  private static final int NONCE_BYTES = 12;
  private static final byte[] NO_DATA = {};

  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private long counter;
  private boolean broken;

  /** Creates a state for a key of 32 bytes, counting from 0. */
  CipherState(byte[] key) {
    this(key, 0);
  }

  /** Creates a state that counts from {@code counter}, which tests set near its end. */
  CipherState(byte[] key, long counter) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    this.counter = counter;
    try {
      cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no ChaCha20-Poly1305", missing);
    }
  }

  /**
   * Encrypts one transport message of at most {@link #PLAIN_BYTES_MAX} bytes.
   *
   * @return how many bytes were written, or {@link #FAILED} when the counter is used up: the
   *     session must end
   */
  public int encrypt(byte[] plain, int offset, int length, byte[] target, int targetOffset) {
    return crypt(Cipher.ENCRYPT_MODE, NO_DATA, plain, offset, length, target, targetOffset);
  }

  @Override
  public int plainBytesMax() {
    return PLAIN_BYTES_MAX;
  }

  @Override
  public int recordBytes(int plainBytes) {
    return RECORD_LENGTH_BYTES + plainBytes + TAG_BYTES;
  }

  /** Writes one record: its length in two bytes, then the encrypted message. */
  @Override
  public int encryptRecord(byte[] plain, int length, byte[] record) {
    int encrypted = encrypt(plain, 0, length, record, RECORD_LENGTH_BYTES);
    if (encrypted == FAILED) {
      return FAILED;
    }
    record[0] = (byte) (encrypted >>> 8);
    record[1] = (byte) encrypted;
    return RECORD_LENGTH_BYTES + encrypted;
  }

  /**
   * Decrypts one transport message.
   *
   * @return how many bytes were written, or {@link #FAILED} when it is forged or too short; every
   *     later call then fails as well
   */
  public int decrypt(byte[] encrypted, int offset, int length, byte[] target, int targetOffset) {
    return crypt(Cipher.DECRYPT_MODE, NO_DATA, encrypted, offset, length, target, targetOffset);
  }

  /** As {@link #encrypt}, and authenticates {@code associated} with it. */
  int encryptWithAd(byte[] associated, byte[] plain, byte[] target) {
    return crypt(Cipher.ENCRYPT_MODE, associated, plain, 0, plain.length, target, 0);
  }

  /** As {@link #decrypt}, and authenticates {@code associated} with it. */
  int decryptWithAd(byte[] associated, byte[] encrypted, byte[] target) {
    return crypt(Cipher.DECRYPT_MODE, associated, encrypted, 0, encrypted.length, target, 0);
  }

  private int crypt(
      int mode,
      byte[] associated,
      byte[] source,
      int offset,
      int length,
      byte[] target,
      int targetOffset) {
    if (broken
        || counter == COUNTER_RESERVED
        || (mode == Cipher.DECRYPT_MODE && length < TAG_BYTES)) {
      broken = true;
      return FAILED;
    }
    writeNonce();
    try {
      cipher.init(mode, key, new IvParameterSpec(nonce));
      if (associated.length > 0) {
        cipher.updateAAD(associated);
      }
      int written = cipher.doFinal(source, offset, length, target, targetOffset);
      counter++;
      return written;
    } catch (GeneralSecurityException forged) {
      // A second try with this nonce would make the JDK throw, so there is none.
      broken = true;
      return FAILED;
    }
  }

  /** Noise's ChaCha20 nonce: 32 zero bits, then the counter in little-endian order. */
  private void writeNonce() {
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[NONCE_BYTES - Long.BYTES + i] = (byte) (counter >>> (8 * i));
    }
  }
}
