package io.surgemesh.identity;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes DER, and with it what is nearly DER. */
final class Der {
  private Der() {}

  static byte[] value(int tag, byte[]... parts) {
    byte[] content = join(parts);
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.write(tag);
    if (content.length > 255) {
      encoded.write(0x82);
      encoded.write(content.length >> 8);
    } else if (content.length > 127) {
      encoded.write(0x81);
    }
    encoded.write(content.length);
    encoded.writeBytes(content);
    return encoded.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return value(0x30, parts);
  }

  static byte[] integer(BigInteger number) {
    return value(0x02, number.toByteArray());
  }

  static byte[] bitString(byte[] content) {
    return value(0x03, new byte[1], content);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
