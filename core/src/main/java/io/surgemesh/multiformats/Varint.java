package io.surgemesh.multiformats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Unsigned varints: seven bits per byte, lowest first, in the fewest bytes possible.
 *
 * <p>Values are 0 to 2^63-1 in 1 to {@value #BYTES_MAX} bytes (multiformats unsigned-varint, which
 * asks for minimal encodings and for that bound). Varints inside protobuf have other rules and are
 * not read with this.
 */
public final class Varint {
  /** The longest encoding, in bytes. */
  public static final int BYTES_MAX = 9;

  private Varint() {}

  /**
   * Returns how many bytes {@code value} takes, 1 to {@value #BYTES_MAX}.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   */
  public static int encodedLength(long value) {
    requireNotNegative(value);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
    return (bits + 6) / 7;
  }

  /**
   * Returns {@code value} encoded.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   */
  public static byte[] encode(long value) {
    byte[] encoded = new byte[encodedLength(value)];
    write(value, ByteBuffer.wrap(encoded));
    return encoded;
  }

  /**
   * Writes {@code value} at the position of {@code target} and moves the position behind it.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   * @throws java.nio.BufferOverflowException when {@code target} has too little room
   */
  public static void write(long value, ByteBuffer target) {
    requireNotNegative(value);
    long rest = value;
    while (rest > 0x7f) {
      target.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }

  /**
   * Appends {@code value} to {@code target}.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   */
  public static void write(long value, ByteArrayOutputStream target) {
    requireNotNegative(value);
    long rest = value;
    while (rest > 0x7f) {
      target.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    target.write((int) rest);
  }

  /**
   * Reads a value from the position of {@code source} and moves the position behind it.
   *
   * @return the value, never negative
   * @throws MalformedMessageException when the bytes end inside it, it takes more than {@value
   *     #BYTES_MAX} bytes, or it is not minimal; the position is then somewhere inside it
   */
  public static long read(ByteBuffer source) throws MalformedMessageException {
    long value = 0;
    for (int i = 0; i < BYTES_MAX; i++) {
      if (!source.hasRemaining()) {
        throw new MalformedMessageException("varint is truncated");
      }
      byte b = source.get();
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (b == 0 && i > 0) {
          throw new MalformedMessageException("varint is not minimal");
        }
        return value;
      }
    }
    throw new MalformedMessageException("varint is longer than " + BYTES_MAX + " bytes");
  }

  private static void requireNotNegative(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint out of range: " + value);
    }
  }
}
