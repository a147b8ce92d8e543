package io.surgemesh.multiformats;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A digest that names its hash function and length (multiformats multihash).
 *
 * @param code the hash function's code in the multicodec table, 0 to 2^63-1
 * @param digest at most {@value #DIGEST_BYTES_MAX} bytes
 */
public record Multihash(long code, Bytes digest) {
  /** The code of the function that hashes nothing: the digest is the content itself. */
  public static final long IDENTITY = 0x00;

  /** The code of SHA-256. */
  public static final long SHA2_256 = 0x12;

  /** The longest digest accepted, in bytes; that of the longest common function, SHA-512, twice. */
  public static final int DIGEST_BYTES_MAX = 128;

  private static final int SHA2_256_BYTES = 32;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when the code is negative, the digest too long, or that of
   *     SHA-256 not 32 bytes
   */
  public Multihash {
    String fault = fault(code, digest.size());
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
  }

  /** Returns the SHA-256 multihash of {@code content}. */
  public static Multihash sha256(byte[] content) {
    return new Multihash(SHA2_256, Bytes.wrap(Sha256.digest(content)));
  }

  /**
   * Returns the multihash that holds {@code content} itself.
   *
   * @param content at most {@value #DIGEST_BYTES_MAX} bytes
   * @throws IllegalArgumentException when it is longer
   */
  public static Multihash identity(byte[] content) {
    return new Multihash(IDENTITY, Bytes.of(content));
  }

  /**
   * Reads a multihash that takes up all of {@code encoded}.
   *
   * @throws MalformedMessageException when it is truncated, too long, or followed by more bytes
   */
  public static Multihash decode(byte[] encoded) throws MalformedMessageException {
    ByteBuffer source = ByteBuffer.wrap(encoded);
    long code = Varint.read(source);
    long length = Varint.read(source);
    if (length != source.remaining()) {
      throw new MalformedMessageException("multihash length differs from its digest's");
    }
    String fault = fault(code, length);
    if (fault != null) {
      throw new MalformedMessageException(fault);
    }
    return new Multihash(code, Bytes.of(encoded, source.position(), source.remaining()));
  }

  /** Returns the code and the length as varints, then the digest. */
  public byte[] encode() {
    int length = Varint.encodedLength(code) + Varint.encodedLength(digest.size()) + digest.size();
    ByteBuffer encoded = ByteBuffer.allocate(length);
    Varint.write(code, encoded);
    Varint.write(digest.size(), encoded);
    return encoded.put(digest.unwrap()).array();
  }

  private static @Nullable String fault(long code, long length) {
    if (code < 0) {
      return "multihash code is negative";
    }
    if (length > DIGEST_BYTES_MAX) {
      return "multihash digest is too long";
    }
    if (code == SHA2_256 && length != SHA2_256_BYTES) {
      return "SHA-256 digest is not 32 bytes";
    }
    return null;
  }
}
