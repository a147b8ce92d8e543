package io.surgemesh.identity;

import io.surgemesh.wire.DerReader;
import java.util.Arrays;

/** Makes DER values (X.690) with contents of at most 65,535 bytes. */
final class DerWriter {
  private static final int SHORT_LENGTH_MAX = 127;
  private static final int ONE_BYTE_MAX = 255;

  private DerWriter() {}

  /** Returns a value with all parts inside; the parts are neither kept nor wiped. */
  static byte[] value(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] head = head(tag, length);
    byte[] encoded = Arrays.copyOf(head, head.length + length);
    int at = head.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, encoded, at, part.length);
      at += part.length;
    }
    return encoded;
  }

  static byte[] sequence(byte[]... parts) {
    return value(DerReader.SEQUENCE, parts);
  }

  static byte[] octets(byte[] content) {
    return value(DerReader.OCTET_STRING, content);
  }

  /** Returns a BIT STRING of whole bytes. */
  static byte[] bits(int tag, byte[] content) {
    return value(tag, new byte[1], content);
  }

  private static byte[] head(int tag, int length) {
    if (length <= SHORT_LENGTH_MAX) {
      return new byte[] {(byte) tag, (byte) length};
    }
    if (length <= ONE_BYTE_MAX) {
      return new byte[] {(byte) tag, (byte) DerReader.ONE_BYTE_FOLLOWS, (byte) length};
    }
    return new byte[] {
      (byte) tag, (byte) DerReader.TWO_BYTES_FOLLOW, (byte) (length >>> Byte.SIZE), (byte) length
    };
  }
}
