package io.surgemesh.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine;

/** Reads lists such as {@code cpu=2,memory=1GiB} given on the command line. */
final class OfferOption implements CommandLine.ITypeConverter<OfferOption.Values> {
  /** Names to values, as given. */
  record Values(Map<String, String> byName) {
    /** Refuses names that mean nothing, so that a typing error is not silently ignored. */
    void requireOnly(String option, String... known) {
      TreeSet<String> unknown = new TreeSet<>(byName.keySet());
      for (String name : known) {
        unknown.remove(name);
      }
      if (!unknown.isEmpty()) {
        throw new CommandLine.TypeConversionException(
            option + ": unknown " + unknown + ", known are " + String.join(", ", known));
      }
    }

    /** Returns a count, with thousandths allowed, in thousandths. */
    int milli(String name, String otherwise) {
      String text = byName.getOrDefault(name, otherwise);
      try {
        return new java.math.BigDecimal(text).movePointRight(3).intValueExact();
      } catch (ArithmeticException | NumberFormatException wrong) {
        throw wrong(name, text, "a number such as 2 or 0.5");
      }
    }

    long number(String name, String otherwise) {
      String text = byName.getOrDefault(name, otherwise);
      try {
        long value = Long.parseLong(text);
        if (value >= 0) {
          return value;
        }
      } catch (NumberFormatException wrong) {
        // Told below, as a negative number is.
      }
      throw wrong(name, text, "a whole number");
    }

    /** Returns a size in bytes, from texts such as {@code 1GiB}, {@code 512MiB} or {@code 1000}. */
    long bytes(String name, String otherwise) {
      String text = byName.getOrDefault(name, otherwise);
      return ByteSize.parse(text)
          .orElseThrow(() -> wrong(name, text, "a size such as 1GiB or 512MiB"));
    }

    String text(String name, String otherwise) {
      return byName.getOrDefault(name, otherwise);
    }

    private static CommandLine.TypeConversionException wrong(
        String name, String text, String wanted) {
      return new CommandLine.TypeConversionException(name + "='" + text + "' is not " + wanted);
    }
  }

  @Override
  public Values convert(String text) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1 || equals == part.length() - 1) {
        throw new CommandLine.TypeConversionException(
            "'" + part + "' is not of the form name=value, as in cpu=2,memory=1GiB");
      }
      String name = part.substring(0, equals).strip();
      if (byName.put(name, part.substring(equals + 1).strip()) != null) {
        throw new CommandLine.TypeConversionException("'" + name + "' is given twice");
      }
    }
    return new Values(byName);
  }
}
