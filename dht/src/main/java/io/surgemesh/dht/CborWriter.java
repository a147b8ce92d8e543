package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes DAG-CBOR, as {@link CborReader} reads it; the order of a map's keys is left to who calls.
 */
final class CborWriter {
  private static final int INLINED_MAX = 23;
  private static final int BYTES_1 = 24;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins a map of so many keys and values. */
  CborWriter map(int count) {
    return head(CborReader.MAP, count);
  }

  CborWriter text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    head(CborReader.TEXT, encoded.length);
    out.writeBytes(encoded);
    return this;
  }

  CborWriter bytes(Bytes bytes) {
    head(CborReader.BYTES, bytes.size());
    out.writeBytes(bytes.toByteArray());
    return this;
  }

  /** Writes a number of unsigned 64 bits. */
  CborWriter unsigned(long number) {
    return head(CborReader.UNSIGNED, number);
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  private CborWriter head(int major, long number) {
    if (Long.compareUnsigned(number, INLINED_MAX) <= 0) {
      out.write(major << 5 | (int) number);
      return this;
    }
    // The shortest of 1, 2, 4 and 8 bytes that holds it.
    int power = 0;
    while (power < 3 && number >>> (Byte.SIZE << power) != 0) {
      power++;
    }
    out.write(major << 5 | (BYTES_1 + power));
    for (int i = (1 << power) - 1; i >= 0; i--) {
      out.write((int) (number >>> (Byte.SIZE * i)));
    }
    return this;
  }
}
