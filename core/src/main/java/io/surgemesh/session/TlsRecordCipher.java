package io.surgemesh.session;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of a TLS 1.3 record layer with its sequence number, for one direction.
 *
 * <pre>
 * record = 23 | 3 3 | length (2 bytes) | encrypted content, type, zeros | tag (16 bytes)
 * </pre>
 *
 * <p>Works on heap arrays, on which the JDK's ciphers are fastest; input and output must be
 * different arrays, or the JDK copies. Confined to one thread. Internal: public only for the rooms
 * that drive sessions.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-5">RFC 8446, section 5</a>
 */
public final class TlsRecordCipher {
  /** Ciphers of the three suites that RFC 8446 names first. */
  public enum Algorithm {
    AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
    AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
    CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32);

    private final String transformation;
    private final String keyAlgorithm;
    private final int keyBytes;

    Algorithm(String transformation, String keyAlgorithm, int keyBytes) {
      this.transformation = transformation;
      this.keyAlgorithm = keyAlgorithm;
      this.keyBytes = keyBytes;
    }

    /** Returns how long a key is. */
    public int keyBytes() {
      return keyBytes;
    }
  }

  /** Length of what is combined with the sequence number, in bytes. */
  public static final int IV_BYTES = 12;

  /** Length of a record's header, in bytes. */
  public static final int HEADER_BYTES = 5;

  /** What a record is longer than its content, without padding, in bytes. */
  public static final int OVERHEAD_BYTES = HEADER_BYTES + 1 + CipherState.TAG_BYTES;

  /** The most content of one record, in bytes. */
  public static final int CONTENT_BYTES_MAX = 16_384;

  /** Returned instead of a length when nothing more can be done with this key. */
  public static final int FAILED = RecordSealer.FAILED;

  /** Records of one AES-GCM key before it should be renewed (RFC 8446, section 5.5). */
  static final long RECORDS_MAX = 1L << 24;

  private static final int TYPE_APPLICATION_DATA = 23;
  private static final int TAG_BITS = 8 * CipherState.TAG_BYTES;

  private final Algorithm algorithm;
  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] iv;
  private final byte[] nonce = new byte[IV_BYTES];
  private final byte[] type = new byte[1];
  private long sequence;
  private boolean broken;

  /** Creates a cipher that counts from 0. */
  public TlsRecordCipher(Algorithm algorithm, byte[] key, byte[] iv) {
    this.algorithm = algorithm;
    this.key = new SecretKeySpec(key, algorithm.keyAlgorithm);
    this.iv = iv.clone();
    try {
      cipher = Cipher.getInstance(algorithm.transformation);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no " + algorithm, missing);
    }
  }

  /** Returns whether the key has encrypted so much that it should be renewed. */
  public boolean isWorn() {
    return sequence >= RECORDS_MAX;
  }

  /**
   * Encrypts {@code length} bytes and writes them as one record at {@code at} of {@code record}.
   *
   * @param contentType such as 23, application data
   * @param length at most {@link #CONTENT_BYTES_MAX}
   * @return how many bytes were written, or {@link #FAILED}
   */
  public int seal(int contentType, byte[] content, int offset, int length, byte[] record, int at) {
    if (broken) {
      return FAILED;
    }
    int sealed = length + 1 + CipherState.TAG_BYTES;
    record[at] = TYPE_APPLICATION_DATA;
    record[at + 1] = 3;
    record[at + 2] = 3;
    record[at + 3] = (byte) (sealed >>> 8);
    record[at + 4] = (byte) sealed;
    type[0] = (byte) contentType;
    try {
      begin(Cipher.ENCRYPT_MODE, record, at);
      int from = at + HEADER_BYTES;
      int written = cipher.update(content, offset, length, record, from);
      written += cipher.doFinal(type, 0, 1, record, from + written);
      return HEADER_BYTES + written;
    } catch (GeneralSecurityException impossible) {
      broken = true;
      return FAILED;
    }
  }

  /**
   * Decrypts one whole record.
   *
   * @param recordBytes from its header to its tag
   * @param target has room for {@code recordBytes} at {@code targetOffset}
   * @return how many bytes of content it had, whose type is {@link #contentType}; {@link #FAILED}
   *     when it is forged or malformed, as every later call then
   */
  public int open(byte[] record, int at, int recordBytes, byte[] target, int targetOffset) {
    if (broken || recordBytes < OVERHEAD_BYTES || record[at] != TYPE_APPLICATION_DATA) {
      broken = true;
      return FAILED;
    }
    try {
      begin(Cipher.DECRYPT_MODE, record, at);
      int from = at + HEADER_BYTES;
      int end = cipher.doFinal(record, from, recordBytes - HEADER_BYTES, target, targetOffset) - 1;
      while (end >= 0 && target[targetOffset + end] == 0) {
        end--;
      }
      if (end < 0 || end > CONTENT_BYTES_MAX) {
        broken = true;
        return FAILED;
      }
      type[0] = target[targetOffset + end];
      return end;
    } catch (GeneralSecurityException forged) {
      broken = true;
      return FAILED;
    }
  }

  /** Returns the type of what was opened last. */
  public int contentType() {
    return type[0];
  }

  private void begin(int mode, byte[] record, int at) throws GeneralSecurityException {
    cipher.init(mode, key, parameters());
    cipher.updateAAD(record, at, HEADER_BYTES);
    sequence++;
  }

  private AlgorithmParameterSpec parameters() {
    System.arraycopy(iv, 0, nonce, 0, IV_BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[IV_BYTES - 1 - i] ^= (byte) (sequence >>> (8 * i));
    }
    return algorithm == Algorithm.CHACHA20_POLY1305
        ? new IvParameterSpec(nonce)
        : new GCMParameterSpec(TAG_BITS, nonce);
  }
}
