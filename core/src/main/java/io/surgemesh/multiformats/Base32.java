package io.surgemesh.multiformats;

import java.util.Arrays;

/** Base32 of RFC 4648 section 6 in lower case without padding (multibase {@code b}, base32). */
public final class Base32 {
  /** The longest text decoded, in characters. */
  public static final int CHARACTERS_MAX = 1024;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  /** Returns {@code content} as text, eight characters for five bytes. */
  public static String encode(byte[] content) {
    StringBuilder text = new StringBuilder(content.length * 8 / 5 + 1);
    int pending = 0;
    int bits = 0;
    for (byte b : content) {
      pending = (pending << 8 | (b & 0xff)) & 0xfff;
      bits += 8;
      for (; bits >= 5; bits -= 5) {
        text.append(ALPHABET.charAt((pending >>> (bits - 5)) & 31));
      }
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt((pending << (5 - bits)) & 31));
    }
    return text.toString();
  }

  /**
   * Returns the bytes that {@code text} stands for; none for an empty text.
   *
   * @throws MalformedMessageException when it has a character outside the lower-case alphabet, a
   *     length no encoder makes, bits left over that are not zero, or more than {@value
   *     #CHARACTERS_MAX} characters
   */
  public static byte[] decode(String text) throws MalformedMessageException {
    if (text.length() > CHARACTERS_MAX) {
      throw new MalformedMessageException("base32 text is too long");
    }
    byte[] content = new byte[text.length() * 5 / 8];
    int size = 0;
    int pending = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new MalformedMessageException("character outside base32 at index " + i);
      }
      pending = (pending << 5 | digit) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        content[size++] = (byte) (pending >>> bits);
      }
    }
    if (bits >= 5 || (pending & ((1 << bits) - 1)) != 0) {
      throw new MalformedMessageException("base32 text does not end on a byte");
    }
    return size == content.length ? content : Arrays.copyOf(content, size);
  }
}
