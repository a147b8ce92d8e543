package io.surgemesh.benchmarks;

import java.util.Comparator;
import java.util.function.IntToLongFunction;
import java.util.function.ToLongFunction;

/** Where keys stand, by their first words, which are unsigned numbers. */
final class KeyOrder {
  private KeyOrder() {}

  /** Returns the order in which those nearer to a point come first. */
  static <T> Comparator<T> nearestTo(long point, ToLongFunction<T> word) {
    return (one, other) ->
        Long.compareUnsigned(word.applyAsLong(one) ^ point, word.applyAsLong(other) ^ point);
  }

  /** Returns the order of the words themselves. */
  static <T> Comparator<T> ascending(ToLongFunction<T> word) {
    return nearestTo(0, word);
  }

  /**
   * Returns the first place of a range whose word is no less than one, the end of it if none is.
   *
   * @param words by place, ascending within the range
   */
  static int firstFrom(IntToLongFunction words, long word, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(words.applyAsLong(middle), word) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
