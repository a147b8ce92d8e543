package io.surgemesh.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text from a peer, made safe for logs, messages and terminals.
 *
 * <p>Printable ASCII stays as it is but for the backslash; each other UTF-16 unit becomes {@code
 * \\uXXXX}, so that no line break, escape sequence, direction mark or look-alike letter gets
 * through.
 */
public final class PeerText {
  private static final String CUT = "...";

  private PeerText() {}

  /**
   * Returns {@code text} escaped.
   *
   * @param charactersMax longest result, in characters, 3 or more; what is longer is cut and ends
   *     with three dots
   */
  public static String escape(String text, int charactersMax) {
    if (charactersMax < CUT.length()) {
      throw new IllegalArgumentException("charactersMax out of range: " + charactersMax);
    }
    StringBuilder escaped = new StringBuilder(Math.min(text.length(), charactersMax));
    // The result's length up to which it may be kept when it turns out to be too long.
    int kept = 0;
    for (int i = 0; i < text.length(); i++) {
      append(text.charAt(i), escaped);
      if (escaped.length() > charactersMax) {
        escaped.setLength(kept);
        return escaped.append(CUT).toString();
      }
      if (escaped.length() <= charactersMax - CUT.length()) {
        kept = escaped.length();
      }
    }
    return escaped.toString();
  }

  /**
   * Returns {@code utf8} as text, escaped; bytes that are not UTF-8 become the escape of U+FFFD.
   *
   * @param charactersMax as in {@link #escape(String, int)}
   */
  public static String escape(byte[] utf8, int charactersMax) {
    // Four bytes make at least one escaped character: what lies behind cannot be shown.
    int shown = (int) Math.min(utf8.length, 4L * charactersMax + 4);
    return escape(new String(Arrays.copyOf(utf8, shown), StandardCharsets.UTF_8), charactersMax);
  }

  private static void append(char c, StringBuilder target) {
    if (c == '\\') {
      target.append("\\\\");
    } else if (c >= 0x20 && c < 0x7f) {
      target.append(c);
    } else {
      target.append("\\u").append(String.format("%04x", (int) c));
    }
  }
}
