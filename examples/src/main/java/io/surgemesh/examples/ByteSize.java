package io.surgemesh.examples;

import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine;

/** Reads a size in bytes, such as {@code 1GiB}, {@code 512MiB} or {@code 1000}. */
final class ByteSize implements CommandLine.ITypeConverter<Long> {
  private static final String[] UNITS = {"kib", "mib", "gib", "tib"};

  @Override
  public Long convert(String text) {
    return parse(text)
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "'" + text + "' is not a size such as 1GiB or 512MiB"));
  }

  /** Returns the size; empty when the text is none, or more than a long holds. */
  static OptionalLong parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int shift = 0;
    for (int i = 0; i < UNITS.length; i++) {
      if (lower.endsWith(UNITS[i])) {
        shift = 10 * (i + 1);
        lower = lower.substring(0, lower.length() - UNITS[i].length());
      }
    }
    try {
      long value = Math.multiplyExact(Long.parseLong(lower.strip()), 1L << shift);
      return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    } catch (ArithmeticException | NumberFormatException wrong) {
      return OptionalLong.empty();
    }
  }
}
