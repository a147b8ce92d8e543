package io.surgemesh.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  /** A deadline that knows its place in the heap, so that it is moved without a search. */
  private static final class Entry<K> {
    private final K key;
    private long nanos;
    private long order;
    private int index;

    Entry(K key) {
      this.key = key;
    }

    boolean isBefore(Entry<K> other) {
      return nanos == other.nanos ? order < other.order : nanos < other.nanos;
    }
  }

  // Null until the first is set: many machines never have one.
  private @Nullable Map<K, Entry<K>> byKey;

  // A binary heap: an entry is before those at twice its index plus 1 and plus 2.
  private final List<Entry<K>> heap = new ArrayList<>(0);
  private long orderNext;

  // Of the first, asked for after each input of a machine.
  private long earliestNanos = Machine.NEVER;

  /** Sets or moves the deadline of {@code key}; {@link Machine#NEVER} removes it. */
  public void set(K key, long nanos) {
    if (nanos == Machine.NEVER) {
      remove(key);
      return;
    }
    Entry<K> entry = byKey == null ? null : byKey.get(key);
    if (entry == null) {
      entry = add(key);
    } else if (entry.nanos == nanos) {
      return;
    }
    entry.nanos = nanos;
    entry.order = orderNext++;
    settle(entry);
    earliestNanos = heap.get(0).nanos;
  }

  /** Removes the deadline of {@code key}, if it has one. */
  public void remove(K key) {
    Entry<K> entry = byKey == null ? null : byKey.remove(key);
    if (entry == null) {
      return;
    }
    Entry<K> last = heap.remove(heap.size() - 1);
    if (last != entry) {
      last.index = entry.index;
      settle(last);
    }
    earliestNanos = heap.isEmpty() ? Machine.NEVER : heap.get(0).nanos;
  }

  /** Returns the earliest deadline, or {@link Machine#NEVER}. */
  public long earliestNanos() {
    return earliestNanos;
  }

  /** Removes and returns the first key whose deadline is not after {@code nowNanos}, else null. */
  public @Nullable K pollDue(long nowNanos) {
    if (earliestNanos() > nowNanos) {
      return null;
    }
    K key = heap.get(0).key;
    remove(key);
    return key;
  }

  private Entry<K> add(K key) {
    if (byKey == null) {
      byKey = new LinkedHashMap<>();
    }
    Entry<K> entry = new Entry<>(key);
    entry.index = heap.size();
    heap.add(entry);
    byKey.put(key, entry);
    return entry;
  }

  /** Moves an entry to where it belongs, from its index towards the first or the last. */
  private void settle(Entry<K> entry) {
    int index = entry.index;
    while (index > 0 && entry.isBefore(heap.get((index - 1) / 2))) {
      place(heap.get((index - 1) / 2), index);
      index = (index - 1) / 2;
    }
    for (int child = firstChild(index);
        child < heap.size() && heap.get(child).isBefore(entry);
        child = firstChild(index)) {
      place(heap.get(child), index);
      index = child;
    }
    place(entry, index);
  }

  /** Returns the index of the earlier of the two below; past the end when there is none. */
  private int firstChild(int index) {
    int left = 2 * index + 1;
    boolean rightFirst = left + 1 < heap.size() && heap.get(left + 1).isBefore(heap.get(left));
    return rightFirst ? left + 1 : left;
  }

  private void place(Entry<K> entry, int index) {
    heap.set(index, entry);
    entry.index = index;
  }
}
