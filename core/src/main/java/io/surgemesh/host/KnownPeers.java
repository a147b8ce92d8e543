package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some peers with what is known of each; past a bound, whoever was touched longest ago is dropped.
 *
 * <p>In arrays sorted by the hash of the peer, then by the peer: some 20 bytes each, where a linked
 * map takes four times that, and ids made up to collide cost no more than others.
 *
 * <p>The first of a peer's addresses are past, the others present: each kind has one time until
 * which it is kept, in seconds. Nearly all peers have addresses of one kind, and one time.
 */
final class KnownPeers {
  private static final int CAPACITY_FIRST = 8;

  private final int countMax;
  private PeerInfo[] infos = new PeerInfo[CAPACITY_FIRST];
  private List<ProtocolId>[] protocols = lists(CAPACITY_FIRST);
  private int[] hashes = new int[CAPACITY_FIRST];
  private int[] touched = new int[CAPACITY_FIRST];
  private byte[] pastCounts = new byte[CAPACITY_FIRST];
  // Until when the present ones are kept, or the past ones of who has no others.
  private int[] until = new int[CAPACITY_FIRST];
  // Until when the past ones are kept of who has both; null as long as nobody had.
  private int @Nullable [] pastUntil;
  private int count;
  private int touches;

  KnownPeers(int countMax) {
    this(countMax, 0);
  }

  /** Creates it as if so many touches had been numbered: no test can make two thousand million. */
  KnownPeers(int countMax, int touches) {
    this.countMax = countMax;
    this.touches = touches;
  }

  int size() {
    return count;
  }

  /** Returns the index of a peer, which counts as touched, until the next is added; else -1. */
  int touch(PeerId peer) {
    int index = indexOf(peer);
    if (index >= 0) {
      touched[index] = nextTouch();
    }
    return index;
  }

  /** Returns a number above all others; when there is none, all are numbered anew. */
  private int nextTouch() {
    if (touches == Integer.MAX_VALUE) {
      touches = count;
      int number = touches;
      for (int index : latestFirst()) {
        touched[index] = number--;
      }
    }
    return ++touches;
  }

  /** Returns the index of a peer until the next is added; else -1. */
  int indexOf(PeerId peer) {
    return Math.max(-1, find(peer));
  }

  /** Adds a peer that is not there, as touched now, without protocols; returns its index. */
  int add(PeerInfo info) {
    if (count == countMax) {
      removeOldest();
    }
    int touch = nextTouch();
    int index = -1 - find(info.peerId());
    if (count == hashes.length) {
      int capacity = count + (count >> 2);
      infos = Arrays.copyOf(infos, capacity);
      protocols = Arrays.copyOf(protocols, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      touched = Arrays.copyOf(touched, capacity);
      pastCounts = Arrays.copyOf(pastCounts, capacity);
      until = Arrays.copyOf(until, capacity);
      pastUntil = pastUntil == null ? null : Arrays.copyOf(pastUntil, capacity);
    }
    move(index, index + 1, count - index);
    hashes[index] = info.peerId().hashCode();
    touched[index] = touch;
    pastCounts[index] = 0;
    until[index] = 0;
    infos[index] = info;
    protocols[index] = List.of();
    count++;
    return index;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of a generic type.
  private static List<ProtocolId>[] lists(int length) {
    return new List[length];
  }

  private void move(int from, int to, int length) {
    System.arraycopy(infos, from, infos, to, length);
    System.arraycopy(protocols, from, protocols, to, length);
    System.arraycopy(hashes, from, hashes, to, length);
    System.arraycopy(touched, from, touched, to, length);
    System.arraycopy(pastCounts, from, pastCounts, to, length);
    System.arraycopy(until, from, until, to, length);
    if (pastUntil != null) {
      System.arraycopy(pastUntil, from, pastUntil, to, length);
    }
  }

  /** Returns the indexes of all peers, whoever was touched last first, until the next is added. */
  List<Integer> latestFirst() {
    List<Integer> indexes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      indexes.add(i);
    }
    indexes.sort(Comparator.comparingInt((Integer index) -> touched[index]).reversed());
    return indexes;
  }

  PeerInfo info(int index) {
    return infos[index];
  }

  /** Replaces the addresses, the first {@code pastCount} of which are past. */
  void setInfo(int index, PeerInfo info, int pastCount) {
    boolean hadBoth = hasBoth(index);
    boolean hadPastOnly = pastCounts[index] > 0 && !hadBoth;
    infos[index] = info;
    pastCounts[index] = (byte) pastCount;
    if (hadPastOnly && hasBoth(index)) {
      keepPast(index, until[index]);
    } else if (hadBoth && pastCount > 0 && !hasBoth(index) && pastUntil != null) {
      until[index] = pastUntil[index];
    }
  }

  private boolean hasBoth(int index) {
    return pastCounts[index] > 0 && pastCounts[index] < infos[index].addresses().size();
  }

  int pastCount(int index) {
    return pastCounts[index];
  }

  /** Keeps the past addresses of a peer so long, if it has any. */
  void keepPast(int index, int untilSeconds) {
    if (hasBoth(index)) {
      int[] all = pastUntil == null ? new int[until.length] : pastUntil;
      all[index] = untilSeconds;
      pastUntil = all;
    } else if (pastCounts[index] > 0) {
      until[index] = untilSeconds;
    }
  }

  /** Keeps the present addresses of a peer so long, if it has any. */
  void keepPresent(int index, int untilSeconds) {
    if (pastCounts[index] < infos[index].addresses().size()) {
      until[index] = untilSeconds;
    }
  }

  /** Drops the addresses that are not kept any longer. */
  void expire(int index, int nowSeconds) {
    List<Multiaddr> addresses = infos[index].addresses();
    int past = pastCounts[index];
    boolean keepsLast = until[index] > nowSeconds;
    boolean keepsPast =
        hasBoth(index) ? pastUntil != null && pastUntil[index] > nowSeconds : keepsLast;
    int from = keepsPast ? 0 : past;
    int to = keepsLast ? addresses.size() : past;
    if (from > 0 || to < addresses.size()) {
      PeerId peer = infos[index].peerId();
      setInfo(index, new PeerInfo(peer, addresses.subList(from, to)), past - from);
    }
  }

  List<ProtocolId> protocols(int index) {
    return protocols[index];
  }

  void setProtocols(int index, List<ProtocolId> spoken) {
    protocols[index] = spoken;
  }

  private void removeOldest() {
    int oldest = 0;
    for (int i = 1; i < count; i++) {
      oldest = touched[i] < touched[oldest] ? i : oldest;
    }
    count--;
    move(oldest + 1, oldest, count - oldest);
  }

  /** Returns the index of a peer; when it is not there, minus 1 minus where it belongs. */
  private int find(PeerId peer) {
    int hash = peer.hashCode();
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compare(hashes[middle], hash);
      if (order == 0) {
        PeerId other = infos[middle].peerId();
        if (other.equals(peer)) {
          return middle;
        }
        order = other.compareTo(peer);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -1 - low;
  }
}
