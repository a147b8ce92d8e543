package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which observer said what, the oldest vote first, one of each observer; the owner bounds them.
 *
 * <p>In arrays, with the observers' hashes apart: each vote taken looks at all others, and nearly
 * all of them differ by their hashes already.
 */
final class Votes {
  private static final int CAPACITY_FIRST = 4;

  private @Nullable PeerId[] observers = new @Nullable PeerId[CAPACITY_FIRST];
  private @Nullable Multiaddr[] addresses = new @Nullable Multiaddr[CAPACITY_FIRST];
  private int[] observerHashes = new int[CAPACITY_FIRST];
  private long[] groups = new long[CAPACITY_FIRST];
  private long[] saidNanos = new long[CAPACITY_FIRST];
  private int count;

  int size() {
    return count;
  }

  long group(int index) {
    return groups[index];
  }

  Multiaddr address(int index) {
    return present(addresses[index]);
  }

  long saidNanos(int index) {
    return saidNanos[index];
  }

  /** Returns the index of an observer's vote, -1 when there is none. */
  int indexOf(PeerId observer) {
    int hash = observer.hashCode();
    for (int i = 0; i < count; i++) {
      if (observerHashes[i] == hash && observer.equals(observers[i])) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the index of the oldest vote of a group, -1 when there is none. */
  int oldestOf(long group) {
    return nextOf(group, 0);
  }

  /** Returns how many votes are of a group. */
  int countOf(long group) {
    int found = 0;
    for (int i = nextOf(group, 0); i >= 0; i = nextOf(group, i + 1)) {
      found++;
    }
    return found;
  }

  private int nextOf(long group, int from) {
    for (int i = from; i < count; i++) {
      if (groups[i] == group) {
        return i;
      }
    }
    return -1;
  }

  /** Adds the vote of an observer that has none, said no earlier than any other. */
  void add(PeerId observer, long group, Multiaddr address, long nowNanos) {
    if (count == observers.length) {
      int capacity = 2 * count;
      observers = Arrays.copyOf(observers, capacity);
      groups = Arrays.copyOf(groups, capacity);
      addresses = Arrays.copyOf(addresses, capacity);
      observerHashes = Arrays.copyOf(observerHashes, capacity);
      saidNanos = Arrays.copyOf(saidNanos, capacity);
    }
    observers[count] = observer;
    groups[count] = group;
    addresses[count] = address;
    observerHashes[count] = observer.hashCode();
    saidNanos[count++] = nowNanos;
  }

  void remove(int index) {
    count--;
    int behind = count - index;
    System.arraycopy(observers, index + 1, observers, index, behind);
    System.arraycopy(groups, index + 1, groups, index, behind);
    System.arraycopy(addresses, index + 1, addresses, index, behind);
    System.arraycopy(observerHashes, index + 1, observerHashes, index, behind);
    System.arraycopy(saidNanos, index + 1, saidNanos, index, behind);
    observers[count] = null;
    addresses[count] = null;
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IndexOutOfBoundsException("no such vote");
    }
    return value;
  }
}
