package io.surgemesh.interop;

import io.surgemesh.multiformats.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java has. */
final class Digests {
  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  static Bytes of(MessageDigest digest) {
    return Bytes.of(digest.digest());
  }
}
