package io.surgemesh.market;

import java.nio.charset.StandardCharsets;

/** The checks that the values of this room make in their constructors. */
final class Ranges {
  /** Largest count of bytes in one value: a pebibyte. */
  static final long BYTES_MAX = 1L << 50;

  private Ranges() {}

  /** Requires {@code min <= value <= max}. */
  static void require(long value, long min, long max, String name) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " out of range: " + value + " is not in " + min + " to " + max);
    }
  }

  /** Requires what {@code holds} says. */
  static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new IllegalArgumentException(complaint);
    }
  }

  /**
   * Requires text of at most {@code bytesMax} bytes of UTF-8 without control characters, so that it
   * may be shown and logged as it is.
   */
  static void requireLabel(String text, int bytesMax, String name) {
    boolean fits = text.length() <= bytesMax;
    if (!fits || text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
      throw new IllegalArgumentException(name + " is longer than " + bytesMax + " bytes");
    }
    if (!text.codePoints().allMatch(Ranges::isPlain)) {
      throw new IllegalArgumentException(name + " holds control characters");
    }
  }

  private static boolean isPlain(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
