package io.surgemesh.market;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import java.util.function.Supplier;

/** The edge at which bytes of peers become values of this room. */
final class Decoding {
  /** The length of a SHA-256 digest, in bytes. */
  static final int HASH_BYTES = 32;

  private Decoding() {}

  /**
   * Makes a value of what a peer sent.
   *
   * <p>The ranges are checked in one place, the constructors, where a value out of range is the
   * caller's bug. Here it is the peer's fault, so it becomes the checked exception.
   */
  static <T> T value(Supplier<T> constructor) throws MalformedMessageException {
    try {
      return constructor.get();
    } catch (IllegalArgumentException outOfRange) {
      throw new MalformedMessageException(String.valueOf(outOfRange.getMessage()));
    }
  }

  /** Requires what a peer must have sent. */
  static void require(boolean holds, String complaint) throws MalformedMessageException {
    if (!holds) {
      throw new MalformedMessageException(complaint);
    }
  }

  static Bytes sha256(byte[] content) {
    return Multihash.sha256(content).digest();
  }
}
