package io.surgemesh.gossip;

import org.jspecify.annotations.Nullable;

/**
 * Remembers which messages were seen, for a fixed time and up to a fixed number.
 *
 * <p>At the bound the oldest is forgotten. Every entry lives equally long, so the order in which
 * they came is the order in which they go: entries lie in a ring, found through a hash table of
 * places in it. Both are plain arrays, as every id of every IHAVE is looked up here.
 */
final class SeenCache {
  private static final int CAPACITY_INITIAL = 16;

  /** A ring that is emptier than one in this many gives room back, as after a burst. */
  private static final int ROOM_FACTOR = 4;

  private static final int HASH_MULTIPLIER = 0x9e3779b9;
  private static final int FREE = 0;

  private final int countMax;
  private final long ttlNanos;

  // The ring: entries from first to end, modulo its length; null where one was forgotten.
  private @Nullable MessageKey[] keys = new @Nullable MessageKey[CAPACITY_INITIAL];
  private long[] untilNanos = new long[CAPACITY_INITIAL];
  private int first;
  private int end;
  private int count;

  // Open addressing, at most half full: an entry's hash above, its place in the ring plus 1 below.
  private long[] table = new long[2 * CAPACITY_INITIAL];

  SeenCache(int countMax, long ttlNanos) {
    this.countMax = countMax;
    this.ttlNanos = ttlNanos;
  }

  boolean contains(MessageKey key, long nowNanos) {
    int slot = find(key);
    return slot >= 0 && untilNanos[place(table[slot])] > nowNanos;
  }

  void add(MessageKey key, long nowNanos) {
    // A key that has expired but is still here would keep its old place in the order.
    forget(key);
    if (count == countMax) {
      forgetFirst();
    }
    if (end - first == keys.length) {
      // The same again when half of it was forgotten.
      resize(count > keys.length / 2 ? 2 * keys.length : keys.length);
    }
    int place = end++ & (keys.length - 1);
    keys[place] = key;
    untilNanos[place] = nowNanos + ttlNanos;
    count++;
    enter(key, place);
  }

  void forget(MessageKey key) {
    int slot = find(key);
    if (slot >= 0) {
      keys[place(table[slot])] = null;
      count--;
      free(slot);
      skipForgotten();
    }
  }

  void expire(long nowNanos) {
    while (count > 0 && untilNanos[first & (keys.length - 1)] <= nowNanos) {
      forgetFirst();
    }
    if (keys.length > CAPACITY_INITIAL && count < keys.length / ROOM_FACTOR) {
      resize(Math.max(CAPACITY_INITIAL, Integer.highestOneBit(2 * count) << 1));
    }
  }

  int size() {
    return count;
  }

  /** Returns for how many there is room. */
  int places() {
    return keys.length;
  }

  private void forgetFirst() {
    MessageKey oldest = keys[first & (keys.length - 1)];
    if (oldest != null) {
      forget(oldest);
    }
  }

  /** Lets the ring begin with an entry, unless it is empty. */
  private void skipForgotten() {
    while (first != end && keys[first & (keys.length - 1)] == null) {
      first++;
    }
  }

  /** Moves all into a ring of another length, a power of 2 with room for them. */
  private void resize(int capacity) {
    @Nullable MessageKey[] oldKeys = keys;
    long[] oldUntilNanos = untilNanos;
    keys = new @Nullable MessageKey[capacity];
    untilNanos = new long[capacity];
    table = new long[2 * capacity];
    int added = 0;
    for (int i = first; i != end; i++) {
      int place = i & (oldKeys.length - 1);
      MessageKey key = oldKeys[place];
      if (key != null) {
        keys[added] = key;
        untilNanos[added] = oldUntilNanos[place];
        enter(key, added++);
      }
    }
    first = 0;
    end = added;
  }

  private void enter(MessageKey key, int place) {
    int hash = hash(key);
    int slot = home(hash);
    while (table[slot] != FREE) {
      slot = next(slot);
    }
    table[slot] = (long) hash << Integer.SIZE | place + 1;
  }

  /** Returns where in the table a key is, -1 when it is not. */
  private int find(MessageKey key) {
    int hash = hash(key);
    for (int slot = home(hash); table[slot] != FREE; slot = next(slot)) {
      if (hashAt(slot) == hash && key.equals(keys[place(table[slot])])) {
        return slot;
      }
    }
    return -1;
  }

  /** Frees a slot, and moves up what may then no longer be found behind it. */
  private void free(int freed) {
    int hole = freed;
    for (int slot = next(hole); table[slot] != FREE; slot = next(slot)) {
      int mask = table.length - 1;
      int fromHome = slot - home(hashAt(slot)) & mask;
      if (fromHome >= (slot - hole & mask)) {
        table[hole] = table[slot];
        hole = slot;
      }
    }
    table[hole] = FREE;
  }

  private int hashAt(int slot) {
    return (int) (table[slot] >> Integer.SIZE);
  }

  private static int place(long entry) {
    return (int) entry - 1;
  }

  private static int hash(MessageKey key) {
    return key.hashCode() * HASH_MULTIPLIER;
  }

  /** Returns where in the table a search begins, by the best mixed bits. */
  private int home(int hash) {
    return hash >>> Integer.numberOfLeadingZeros(table.length - 1);
  }

  private int next(int slot) {
    return slot + 1 & (table.length - 1);
  }
}
