package io.surgemesh.gossip;

import io.surgemesh.machine.Machine;
import io.surgemesh.market.SignedOffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Versions of offers by standing offer, with the one to end first at hand. Its owner bounds it.
 *
 * <p>Sorted arrays: finding takes logarithmic time, and adding or removing moves what lies behind,
 * which even with thousands of offers costs less than the trees it stands for took in memory.
 *
 * @param <K> names a standing offer
 */
final class OfferEntries<K extends Comparable<K>> {
  /** A version, when it was first seen, and when it ends at the latest. */
  record Entry(SignedOffer signed, long firstSeenNanos, long endNanos) {}

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final List<K> keys = new ArrayList<>(0);
  private final List<Entry> entries = new ArrayList<>(0);
  // Apart from the entries, so that looking for the first to end walks over an array.
  private long[] ends = {};
  private long earliestNanos = Machine.NEVER;

  void put(K key, Entry entry) {
    int index = Collections.binarySearch(keys, key);
    if (index >= 0) {
      forgetEarliest(ends[index]);
      entries.set(index, entry);
      ends[index] = entry.endNanos;
    } else {
      insert(-1 - index, key, entry);
    }
    if (earliestNanos != UNKNOWN) {
      earliestNanos = Math.min(earliestNanos, entry.endNanos);
    }
  }

  private void insert(int index, K key, Entry entry) {
    int count = keys.size();
    keys.add(index, key);
    entries.add(index, entry);
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(4, count + count / 2));
    }
    System.arraycopy(ends, index, ends, index + 1, count - index);
    ends[index] = entry.endNanos;
  }

  @Nullable Entry find(K key) {
    int index = Collections.binarySearch(keys, key);
    return index < 0 ? null : entries.get(index);
  }

  @Nullable Entry remove(K key) {
    int index = Collections.binarySearch(keys, key);
    if (index < 0) {
      return null;
    }
    forgetEarliest(ends[index]);
    keys.remove(index);
    System.arraycopy(ends, index + 1, ends, index, keys.size() - index);
    return entries.remove(index);
  }

  private void forgetEarliest(long endNanos) {
    if (endNanos == earliestNanos) {
      earliestNanos = UNKNOWN;
    }
  }

  /** Returns when the first ends, or never. */
  long earliestNanos() {
    if (earliestNanos == UNKNOWN) {
      earliestNanos = Machine.NEVER;
      for (int i = 0; i < keys.size(); i++) {
        earliestNanos = Math.min(earliestNanos, ends[i]);
      }
    }
    return earliestNanos;
  }

  /** Returns the key of the first to end; there must be one. */
  K firstDue() {
    return firstDue(key -> true);
  }

  /** Returns the key of the first to end that fits; there must be one. */
  K firstDue(Predicate<K> fits) {
    int first = -1;
    for (int i = 0; i < keys.size(); i++) {
      if ((first < 0 || ends[i] < ends[first]) && fits.test(keys.get(i))) {
        first = i;
      }
    }
    return keys.get(first);
  }

  /**
   * Returns the key of the first to be issued that fits, by its own date, and of those the first
   * seen; there must be one.
   */
  K firstIssued(Predicate<K> fits) {
    int first = -1;
    for (int i = 0; i < keys.size(); i++) {
      if (fits.test(keys.get(i))
          && (first < 0 || isIssuedBefore(entries.get(i), entries.get(first)))) {
        first = i;
      }
    }
    return keys.get(first);
  }

  private static boolean isIssuedBefore(Entry one, Entry other) {
    int order = one.signed.offer().issuedAt().compareTo(other.signed.offer().issuedAt());
    return order < 0 || (order == 0 && one.firstSeenNanos < other.firstSeenNanos);
  }

  /** Returns how many keys fit of those that lie next to each other around {@code key}. */
  int countAround(K key, Predicate<K> fits) {
    int index = Collections.binarySearch(keys, key);
    int from = index < 0 ? -1 - index : index;
    int end = from;
    while (from > 0 && fits.test(keys.get(from - 1))) {
      from--;
    }
    while (end < keys.size() && fits.test(keys.get(end))) {
      end++;
    }
    return end - from;
  }

  void forEach(Consumer<Entry> taken) {
    entries.forEach(taken);
  }

  int size() {
    return keys.size();
  }
}
