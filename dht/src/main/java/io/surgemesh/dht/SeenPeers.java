package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some peers, least recently seen first, each with the times when it was seen first and last, and
 * what is known of its queries.
 *
 * <p>In arrays that grow as needed, up to a bound that the owner keeps: a mesh in one process holds
 * millions of these entries. Beside each peer stand the first 32 bits of its key, which tell two
 * peers of a bucket apart nearly always, so that the key itself is rarely looked at.
 */
final class SeenPeers {
  private static final int CAPACITY_FIRST = 4;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** A sixteenth of a second, of which an int holds four years. */
  private static final long TICK_NANOS = SECOND_NANOS / 16;

  private final int capacityMax;
  private PeerId[] peers;
  private int[] heads;
  private int[] seenTicks;
  private int[] firstSeconds;
  private int[] roundTrips;
  private int[] groups;
  private int count;

  /** Creates an empty list for at most {@code capacityMax} peers. */
  SeenPeers(int capacityMax) {
    this.capacityMax = capacityMax;
    int capacity = Math.min(CAPACITY_FIRST, capacityMax);
    this.peers = new PeerId[capacity];
    this.heads = new int[capacity];
    this.seenTicks = new int[capacity];
    this.firstSeconds = new int[capacity];
    this.roundTrips = new int[capacity];
    this.groups = new int[capacity];
  }

  int size() {
    return count;
  }

  /** Returns how many there can be at most. */
  int capacity() {
    return capacityMax;
  }

  boolean isFull() {
    return count == capacityMax;
  }

  /** Returns where {@code peer} stands, -1 when it does not. */
  int indexOf(PeerId peer) {
    int head = head(Key.firstWord(peer));
    for (int i = 0; i < count; i++) {
      if (heads[i] == head && peers[i].equals(peer)) {
        return i;
      }
    }
    return -1;
  }

  PeerId peer(int index) {
    return peers[index];
  }

  /** Returns when a peer was seen last, or less than a sixteenth of a second before that. */
  long seenNanos(int index) {
    return seenTicks[index] * TICK_NANOS;
  }

  /** Returns when a peer was seen first, by {@link #seconds}. */
  int firstSeconds(int index) {
    return firstSeconds[index];
  }

  /** Returns a time as it is kept where seconds will do. */
  static int seconds(long nanos) {
    return (int) Math.floorDiv(nanos, SECOND_NANOS);
  }

  /**
   * Returns how likely it is that a peer has gone since it was seen, 0 to 1: the longer it has been
   * there the longer it will be, so that what counts is its silence as a part of both (Li,
   * Stribling, Morris and Kaashoek, Accordion, 2005, who found it so of peers' session times).
   */
  double goneChance(int index, long nowNanos) {
    double silentNanos = Math.max(0, nowNanos - seenNanos(index));
    double knownNanos = Math.max(0, seenNanos(index) - firstSeconds[index] * SECOND_NANOS);
    return silentNanos == 0 ? 0 : silentNanos / (silentNanos + knownNanos);
  }

  /** Returns what is known of a peer's queries, as {@link RoundTrips}. */
  long roundTrips(int index) {
    return RoundTrips.expanded(roundTrips[index]);
  }

  int group(int index) {
    return groups[index];
  }

  /** Returns how many peers are of a group; 0 for {@link IpGroups#NONE}. */
  int countOf(int group) {
    int found = 0;
    for (int i = 0; i < count && group != IpGroups.NONE; i++) {
      found += groups[i] == group ? 1 : 0;
    }
    return found;
  }

  /**
   * Adds a peer that is not there yet where its time belongs; there must be room.
   *
   * @param first when it was first, by {@link #seconds}
   * @param known of its queries, as {@link RoundTrips}
   * @param group of its address, as {@link IpGroups}
   */
  void add(PeerId peer, long nanos, int first, long known, int group) {
    if (count == peers.length) {
      int capacity = Math.min(count + Math.max(CAPACITY_FIRST, count >> 2), capacityMax);
      peers = Arrays.copyOf(peers, capacity);
      heads = Arrays.copyOf(heads, capacity);
      seenTicks = Arrays.copyOf(seenTicks, capacity);
      firstSeconds = Arrays.copyOf(firstSeconds, capacity);
      roundTrips = Arrays.copyOf(roundTrips, capacity);
      groups = Arrays.copyOf(groups, capacity);
    }
    int ticks = (int) Math.min(Integer.MAX_VALUE, Math.floorDiv(nanos, TICK_NANOS));
    int index = count;
    while (index > 0 && seenTicks[index - 1] > ticks) {
      index--;
    }
    move(index, index + 1, count - index);
    peers[index] = peer;
    heads[index] = head(Key.firstWord(peer));
    seenTicks[index] = ticks;
    firstSeconds[index] = first;
    roundTrips[index] = RoundTrips.compact(known);
    groups[index] = group;
    count++;
  }

  void remove(int index) {
    count--;
    move(index + 1, index, count - index);
    Arrays.fill(peers, count, count + 1, null);
  }

  private void move(int from, int to, int length) {
    System.arraycopy(peers, from, peers, to, length);
    System.arraycopy(heads, from, heads, to, length);
    System.arraycopy(seenTicks, from, seenTicks, to, length);
    System.arraycopy(firstSeconds, from, firstSeconds, to, length);
    System.arraycopy(roundTrips, from, roundTrips, to, length);
    System.arraycopy(groups, from, groups, to, length);
  }

  /**
   * Adds those nearest to {@code target} to a list, nearest first, until that holds {@code
   * foundMax}; all but {@code except}.
   */
  void addNearest(Key target, @Nullable PeerId except, List<PeerId> found, int foundMax) {
    int left = except == null ? -1 : indexOf(except);
    int places = Math.min(left < 0 ? count : count - 1, foundMax - found.size());
    int[] nearest = new int[places];
    int taken = 0;
    for (int i = 0; i < count; i++) {
      if (i == left) {
        continue;
      }
      int place = taken;
      while (place > 0 && isNearer(i, nearest[place - 1], target)) {
        place--;
      }
      if (place < places) {
        taken = Math.min(taken + 1, places);
        System.arraycopy(nearest, place, nearest, place + 1, taken - place - 1);
        nearest[place] = i;
      }
    }
    for (int index : nearest) {
      found.add(peers[index]);
    }
  }

  private boolean isNearer(int index, int other, Key target) {
    int order =
        Integer.compareUnsigned(
            heads[index] ^ head(target.word0()), heads[other] ^ head(target.word0()));
    return order == 0 ? isNearer(peers[index], peers[other], target) : order < 0;
  }

  private static boolean isNearer(PeerId peer, PeerId other, Key target) {
    return target.distanceTo(Key.of(peer)).compareTo(target.distanceTo(Key.of(other))) < 0;
  }

  private static int head(long firstWord) {
    return (int) (firstWord >>> Integer.SIZE);
  }
}
