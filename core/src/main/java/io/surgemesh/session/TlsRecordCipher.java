package io.surgemesh.session;

import io.surgemesh.crypto.Aead;

/**
 * One key of a TLS 1.3 record layer with its sequence number, for one direction.
 *
 * <pre>
 * record = 23 | 3 3 | length (2 bytes) | encrypted content, type, zeros | tag (16 bytes)
 * </pre>
 *
 * <p>Works on heap arrays; input and output must be different arrays, or the JDK copies. Confined
 * to one thread. Internal: public only for the rooms that drive sessions.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-5">RFC 8446, section 5</a>
 */
public final class TlsRecordCipher {
  /** Length of what is combined with the sequence number, in bytes. */
  public static final int IV_BYTES = Aead.NONCE_BYTES;

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

  private final Aead aead;
  private final byte[] iv;
  private final byte[] nonce = new byte[IV_BYTES];
  private final byte[] type = new byte[1];
  private long sequence;
  private boolean broken;

  /**
   * Creates a cipher that counts from 0.
   *
   * @param aead belongs to this object from now on
   */
  public TlsRecordCipher(Aead aead, byte[] iv) {
    this.aead = aead;
    this.iv = iv.clone();
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
    begin(record, at);
    int written = aead.seal(content, offset, length, type, record, at + HEADER_BYTES);
    broken = written == Aead.FAILED;
    return broken ? FAILED : HEADER_BYTES + written;
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
    begin(record, at);
    int end =
        aead.open(record, at + HEADER_BYTES, recordBytes - HEADER_BYTES, target, targetOffset) - 1;
    while (end >= 0 && target[targetOffset + end] == 0) {
      end--;
    }
    // Also when it is forged.
    if (end < 0 || end > CONTENT_BYTES_MAX) {
      broken = true;
      return FAILED;
    }
    type[0] = target[targetOffset + end];
    return end;
  }

  /** Returns the type of what was opened last. */
  public int contentType() {
    return type[0];
  }

  private void begin(byte[] record, int at) {
    System.arraycopy(iv, 0, nonce, 0, IV_BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[IV_BYTES - 1 - i] ^= (byte) (sequence >>> (8 * i));
    }
    aead.begin(nonce, record, at, HEADER_BYTES);
    sequence++;
  }
}
