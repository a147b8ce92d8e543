package io.surgemesh.session;

import io.surgemesh.crypto.Aead;
import io.surgemesh.crypto.Primitives;

/**
 * One ChaCha20-Poly1305 key with its message counter, as the Noise protocol framework defines it.
 *
 * <p>Works on heap arrays; input and output must be different arrays, and for decryption the input
 * should begin at index 0, or the JDK's cipher copies it. Confined to one thread. Internal: public
 * only for the rooms that drive sessions.
 *
 * @see <a href="https://noiseprotocol.org/noise.html#the-cipherstate-object">Noise, section 5.1</a>
 */
public final class CipherState implements RecordSealer {
  /** What encryption adds to a message, in bytes. */
  public static final int TAG_BYTES = Aead.TAG_BYTES;

  /** The longest encrypted message, in bytes (Noise, section 3). */
  public static final int RECORD_BYTES_MAX = 65_535;

  /** The longest message that can be encrypted, in bytes. */
  public static final int PLAIN_BYTES_MAX = RECORD_BYTES_MAX - TAG_BYTES;

  /** Noise reserves 2^64-1; as a signed number that is -1. */
  private static final long COUNTER_RESERVED = -1L;

  static final int RECORD_LENGTH_BYTES = 2;

  /** The longest record as it goes on the wire, behind its length, in bytes. */
  public static final int SEALED_BYTES_MAX = RECORD_LENGTH_BYTES + RECORD_BYTES_MAX;

  private static final byte[] NO_DATA = {};

  private final Aead aead;
  private final byte[] nonce = new byte[Aead.NONCE_BYTES];
  private long counter;
  private boolean broken;

  /** Creates a state for a key of 32 bytes, counting from 0. */
  CipherState(Primitives primitives, byte[] key) {
    this(primitives, key, 0);
  }

  /** Creates a state that counts from {@code counter}, which tests set near its end. */
  CipherState(Primitives primitives, byte[] key, long counter) {
    this.aead = primitives.aead(Aead.Algorithm.CHACHA20_POLY1305, key);
    this.counter = counter;
  }

  /**
   * Encrypts one transport message of at most {@link #PLAIN_BYTES_MAX} bytes.
   *
   * @return how many bytes were written, or {@link #FAILED} when the counter is used up: the
   *     session must end
   */
  public int encrypt(byte[] plain, int offset, int length, byte[] target, int targetOffset) {
    return seal(NO_DATA, plain, offset, length, target, targetOffset);
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
    return open(NO_DATA, encrypted, offset, length, target, targetOffset);
  }

  /** As {@link #encrypt}, and authenticates {@code associated} with it. */
  int encryptWithAd(byte[] associated, byte[] plain, byte[] target) {
    return seal(associated, plain, 0, plain.length, target, 0);
  }

  /** As {@link #decrypt}, and authenticates {@code associated} with it. */
  int decryptWithAd(byte[] associated, byte[] encrypted, byte[] target) {
    return open(associated, encrypted, 0, encrypted.length, target, 0);
  }

  private int seal(
      byte[] associated, byte[] plain, int offset, int length, byte[] target, int targetOffset) {
    if (!begin(associated)) {
      return FAILED;
    }
    return counted(aead.seal(plain, offset, length, NO_DATA, target, targetOffset));
  }

  private int open(
      byte[] associated, byte[] sealed, int offset, int length, byte[] target, int targetOffset) {
    if (length < TAG_BYTES || !begin(associated)) {
      broken = true;
      return FAILED;
    }
    return counted(aead.open(sealed, offset, length, target, targetOffset));
  }

  private boolean begin(byte[] associated) {
    if (broken || counter == COUNTER_RESERVED) {
      broken = true;
      return false;
    }
    writeNonce();
    aead.begin(nonce, associated, 0, associated.length);
    return true;
  }

  /** A second try with the nonce of a forged message would make the JDK throw, so there is none. */
  private int counted(int written) {
    if (written == Aead.FAILED) {
      broken = true;
      return FAILED;
    }
    counter++;
    return written;
  }

  /** Noise's ChaCha20 nonce: 32 zero bits, then the counter in little-endian order. */
  private void writeNonce() {
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[Aead.NONCE_BYTES - Long.BYTES + i] = (byte) (counter >>> (8 * i));
    }
  }
}
