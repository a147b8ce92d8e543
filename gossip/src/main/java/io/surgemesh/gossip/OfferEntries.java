package io.surgemesh.gossip;

import io.surgemesh.machine.Machine;
import io.surgemesh.market.SignedOffer;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Versions of offers by standing offer, with the one to end first at hand. Its owner bounds it.
 *
 * @param <K> names a standing offer
 */
final class OfferEntries<K extends Comparable<K>> {
  /** A version, when it was first seen, and when it ends at the latest. */
  record Entry(SignedOffer signed, long firstSeenNanos, long endNanos) {}

  private record Due<K extends Comparable<K>>(long nanos, K key) {}

  private final Map<K, Entry> byKey = new TreeMap<>();
  private final TreeSet<Due<K>> byEnd =
      new TreeSet<>(Comparator.<Due<K>>comparingLong(Due::nanos).thenComparing(Due::key));

  void put(K key, Entry entry) {
    remove(key);
    byKey.put(key, entry);
    byEnd.add(new Due<>(entry.endNanos, key));
  }

  @Nullable Entry find(K key) {
    return byKey.get(key);
  }

  @Nullable Entry remove(K key) {
    Entry removed = byKey.remove(key);
    if (removed != null) {
      byEnd.remove(new Due<>(removed.endNanos, key));
    }
    return removed;
  }

  /** Returns when the first ends, or never. */
  long earliestNanos() {
    return byEnd.isEmpty() ? Machine.NEVER : byEnd.first().nanos;
  }

  /** Returns the key of the first to end; there must be one. */
  K firstDue() {
    return byEnd.first().key;
  }

  /** Returns the key of the first to end that fits; there must be one. */
  K firstDue(Predicate<K> fits) {
    return byEnd.stream().map(Due::key).filter(fits).findFirst().orElseThrow();
  }

  /**
   * Returns the key of the first to be issued that fits, by its own date, and of those the first
   * seen; there must be one.
   */
  K firstIssued(Predicate<K> fits) {
    return byKey.entrySet().stream()
        .filter(entry -> fits.test(entry.getKey()))
        .min(
            Comparator.comparing(
                    (Map.Entry<K, Entry> entry) -> entry.getValue().signed.offer().issuedAt())
                .thenComparingLong(entry -> entry.getValue().firstSeenNanos))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  void forEach(Consumer<Entry> taken) {
    byKey.values().forEach(taken);
  }

  int size() {
    return byKey.size();
  }
}
