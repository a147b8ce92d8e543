package io.surgemesh.multiformats;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable sequence of bytes, equal by content and ordered as unsigned bytes.
 *
 * <p>Use it wherever a byte array would be a map key, a record component or a return value.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final String HEX_DIGITS = "0123456789abcdef";
  private static final int TEXT_BYTES_MAX = 64;

  private final byte[] content;

  /** 0 until asked for; as in String, threads may compute it twice but never differently. */
  private int hash;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** Returns a copy of {@code content}. */
  public static Bytes of(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /**
   * Returns a copy of {@code length} bytes of {@code content} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException when the range is not inside {@code content}
   */
  public static Bytes of(byte[] content, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, content.length);
    return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(content, offset, offset + length));
  }

  /**
   * Returns the bytes that {@code hex} stands for; meant for literals.
   *
   * @param hex an even number of hexadecimal digits in either case
   * @throws IllegalArgumentException when it is anything else
   */
  public static Bytes fromHex(String hex) {
    if (hex.length() % 2 != 0) {
      throw new IllegalArgumentException("odd number of hexadecimal digits: " + hex.length());
    }
    byte[] content = new byte[hex.length() / 2];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (digit(hex, 2 * i) << 4 | digit(hex, 2 * i + 1));
    }
    return wrap(content);
  }

  private static int digit(String hex, int index) {
    char c = hex.charAt(index);
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw new IllegalArgumentException("no hexadecimal digit at index " + index);
    }
    return digit;
  }

  /** Returns {@code content} itself as Bytes; the caller promises not to change it any more. */
  static Bytes wrap(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  /** Returns the content itself; the caller promises not to change it. */
  byte[] unwrap() {
    return content;
  }

  /** Returns how many bytes these are. */
  public int size() {
    return content.length;
  }

  /** Returns whether there are none. */
  public boolean isEmpty() {
    return content.length == 0;
  }

  /**
   * Returns one byte.
   *
   * @param index 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException when there is no such byte
   */
  public byte get(int index) {
    return content[Objects.checkIndex(index, content.length)];
  }

  /** Returns a copy of the bytes. */
  public byte[] toByteArray() {
    return content.clone();
  }

  /**
   * Copies the bytes into {@code target}, from index {@code at} of it on.
   *
   * @throws IndexOutOfBoundsException when they do not fit there
   */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(content, 0, target, at, content.length);
  }

  /** Returns a new read-only view of the bytes, positioned at the first. */
  public ByteBuffer asReadOnlyByteBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /** Returns whether these bytes begin with all of {@code prefix}. */
  public boolean startsWith(Bytes prefix) {
    int length = prefix.content.length;
    return length <= content.length && Arrays.equals(content, 0, length, prefix.content, 0, length);
  }

  /**
   * Returns the bytes from {@code from} until before {@code to}.
   *
   * @throws IndexOutOfBoundsException when the range is not inside these bytes
   */
  public Bytes slice(int from, int to) {
    Objects.checkFromToIndex(from, to, content.length);
    return wrap(Arrays.copyOfRange(content, from, to));
  }

  /** Returns two lower-case hexadecimal digits per byte. */
  public String toHex() {
    return hex(content.length);
  }

  private String hex(int length) {
    StringBuilder text = new StringBuilder(2 * length);
    for (int i = 0; i < length; i++) {
      text.append(HEX_DIGITS.charAt(content[i] >> 4 & 0xf))
          .append(HEX_DIGITS.charAt(content[i] & 0xf));
    }
    return text.toString();
  }

  /** Compares as unsigned bytes, first byte first; a prefix comes before what it begins. */
  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Bytes that && Arrays.equals(content, that.content));
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(content);
      hash = known;
    }
    return known;
  }

  /** Returns the bytes in hexadecimal for a log, cut after {@value #TEXT_BYTES_MAX} bytes. */
  @Override
  public String toString() {
    return content.length <= TEXT_BYTES_MAX
        ? toHex()
        : hex(TEXT_BYTES_MAX) + "... (" + content.length + " bytes)";
  }
}
