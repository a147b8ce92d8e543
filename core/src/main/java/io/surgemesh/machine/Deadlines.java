package io.surgemesh.machine;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of a machine's many children, by key: the earliest is always at hand.
 *
 * <p>One deadline per key, set and removed in logarithmic time. Keys due at the same nanosecond
 * come out in the order in which they were set, so that runs repeat exactly. Not bounded of its
 * own: it holds one entry per child, and the owner bounds the children.
 *
 * @param <K> identifies a child; needs equals and hashCode
 */
public final class Deadlines<K> {
  private record Entry<K>(K key, long nanos, long order) {}

  private final Map<K, Entry<K>> byKey = new LinkedHashMap<>();
  private final TreeSet<Entry<K>> byTime =
      new TreeSet<>(Comparator.<Entry<K>>comparingLong(Entry::nanos).thenComparing(Entry::order));
  private long orderNext;

  /** Sets or moves the deadline of {@code key}; {@link Machine#NEVER} removes it. */
  public void set(K key, long nanos) {
    Entry<K> present = byKey.get(key);
    if (present != null && present.nanos == nanos) {
      return;
    }
    remove(key);
    if (nanos != Machine.NEVER) {
      Entry<K> entry = new Entry<>(key, nanos, orderNext++);
      byKey.put(key, entry);
      byTime.add(entry);
    }
  }

  /** Removes the deadline of {@code key}, if it has one. */
  public void remove(K key) {
    Entry<K> entry = byKey.remove(key);
    if (entry != null) {
      byTime.remove(entry);
    }
  }

  /** Returns the earliest deadline, or {@link Machine#NEVER}. */
  public long earliestNanos() {
    return byTime.isEmpty() ? Machine.NEVER : byTime.first().nanos;
  }

  /** Removes and returns the first key whose deadline is not after {@code nowNanos}, else null. */
  public @Nullable K pollDue(long nowNanos) {
    if (earliestNanos() > nowNanos) {
      return null;
    }
    K key = byTime.first().key;
    remove(key);
    return key;
  }
}
