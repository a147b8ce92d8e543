package io.surgemesh.crypto;

/**
 * Authenticated encryption with one key; the caller counts nonces and uses none twice.
 *
 * <p>Each message is begun, then sealed or opened. Input and output must be different arrays.
 * Confined to one thread.
 */
public sealed interface Aead permits JdkAead, DirectAead {
  /** What Noise and the suites that RFC 8446 names first encrypt with. */
  enum Algorithm {
    /** AES-GCM with a key of 16 bytes. */
    AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
    /** AES-GCM with a key of 32 bytes. */
    AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
    /** RFC 8439. */
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

    String transformation() {
      return transformation;
    }

    String keyAlgorithm() {
      return keyAlgorithm;
    }
  }

  /** What a sealed message is longer than a plain one, in bytes. */
  int TAG_BYTES = 16;

  /** The length of a nonce, in bytes. */
  int NONCE_BYTES = 12;

  /** Returned instead of a length when a message is forged, or cannot be sealed. */
  int FAILED = -1;

  /**
   * Begins a message.
   *
   * @param nonce {@value #NONCE_BYTES} bytes
   * @param associated holds what is authenticated with the message; neither array may change until
   *     it is sealed or opened
   */
  void begin(byte[] nonce, byte[] associated, int offset, int length);

  /**
   * Encrypts {@code length} bytes with {@code tail} behind them, and puts the tag behind both.
   *
   * @param tail may be empty
   * @return how many bytes were written, or {@link #FAILED}
   */
  int seal(byte[] plain, int offset, int length, byte[] tail, byte[] target, int targetOffset);

  /**
   * Decrypts a message and its tag.
   *
   * @param length at least {@value #TAG_BYTES}
   * @return how many bytes were written, or {@link #FAILED}; the target may then hold anything
   */
  int open(byte[] sealed, int offset, int length, byte[] target, int targetOffset);
}
