package io.surgemesh.multiformats;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A SHA-256 digest as an unsigned number of 256 bits, in four words, most significant first.
 *
 * <p>For what compares digests by the thousand; as bytes they are in {@link Multihash#sha256}.
 */
public record Sha256(long word0, long word1, long word2, long word3) {
  /** Returns the digest of {@code content}. */
  public static Sha256 of(Bytes content) {
    ByteBuffer words = ByteBuffer.wrap(digest(content.unwrap()));
    return new Sha256(words.getLong(), words.getLong(), words.getLong(), words.getLong());
  }

  static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
