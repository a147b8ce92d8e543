package io.surgemesh.market;

import java.time.Duration;

/** Durations as they travel: whole milliseconds in an unsigned 32-bit field. */
final class Spans {
  private Spans() {}

  /** Returns {@code span} cut to whole milliseconds; it must lie between the bounds. */
  static Duration millis(Duration span, Duration min, Duration max, String name) {
    if (span.compareTo(min) < 0 || span.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + " out of range: " + span + " is not in " + min + " to " + max);
    }
    return Duration.ofMillis(span.toMillis());
  }

  static Duration ofUnsignedMillis(int millis) {
    return Duration.ofMillis(Integer.toUnsignedLong(millis));
  }
}
