package io.surgemesh.multiformats;

import java.util.Arrays;

/**
 * Base58 with the Bitcoin alphabet, without a checksum (multibase {@code z}, base58btc).
 *
 * <p>The work grows with the square of the length, so both directions are bounded.
 */
public final class Base58 {
  /** The longest text decoded, in characters. */
  public static final int CHARACTERS_MAX = 256;

  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int BYTES_MAX = 186;

  private Base58() {}

  /**
   * Returns {@code content} as text.
   *
   * @param content at most 186 bytes, so that the text can be decoded again
   * @throws IllegalArgumentException when it is longer
   */
  public static String encode(byte[] content) {
    if (content.length > BYTES_MAX) {
      throw new IllegalArgumentException("too long for base58: " + content.length + " bytes");
    }
    int zeros = 0;
    while (zeros < content.length && content[zeros] == 0) {
      zeros++;
    }
    // log(256)/log(58) is below 1.366: room for every digit, lowest digit last.
    byte[] digits = new byte[(content.length - zeros) * 1366 / 1000 + 1];
    int first = digits.length;
    for (int i = zeros; i < content.length; i++) {
      int carry = content[i] & 0xff;
      int at = digits.length - 1;
      for (; carry != 0 || at >= first; at--) {
        carry += (digits[at] & 0xff) << 8;
        digits[at] = (byte) (carry % 58);
        carry /= 58;
      }
      first = at + 1;
    }
    StringBuilder text = new StringBuilder(zeros + digits.length - first);
    text.append("1".repeat(zeros));
    for (int i = first; i < digits.length; i++) {
      text.append(ALPHABET.charAt(digits[i]));
    }
    return text.toString();
  }

  /**
   * Returns the bytes that {@code text} stands for; none for an empty text.
   *
   * @throws MalformedMessageException when it has a character outside the alphabet or more than
   *     {@value #CHARACTERS_MAX} characters
   */
  public static byte[] decode(String text) throws MalformedMessageException {
    if (text.length() > CHARACTERS_MAX) {
      throw new MalformedMessageException("base58 text is too long");
    }
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    byte[] content = new byte[text.length()];
    int first = content.length;
    for (int i = zeros; i < text.length(); i++) {
      int carry = ALPHABET.indexOf(text.charAt(i));
      if (carry < 0) {
        throw new MalformedMessageException("character outside base58 at index " + i);
      }
      int at = content.length - 1;
      for (; carry != 0 || at >= first; at--) {
        carry += (content[at] & 0xff) * 58;
        content[at] = (byte) carry;
        carry >>>= 8;
      }
      first = at + 1;
    }
    // A digit never carries past the front: 58 < 256, so content needs no more places than text.
    return Arrays.copyOfRange(content, first - zeros, content.length);
  }
}
