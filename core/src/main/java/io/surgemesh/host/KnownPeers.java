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
 * <p>In arrays sorted by the hash of the peer, then by the peer: some 30 bytes each, where a linked
 * map takes three times that, and ids made up to collide cost no more than others.
 *
 * <p>The first of a peer's addresses are past, the others present: each kind has one time until
 * which it is kept, in seconds. Nearly all peers have addresses of one kind, and one time.
 */
final class KnownPeers {
  private static final int CAPACITY_FIRST = 8;

  private final int countMax;
  private final List<PeerInfo> infos = new ArrayList<>(CAPACITY_FIRST);
  private final List<List<ProtocolId>> protocols = new ArrayList<>(CAPACITY_FIRST);
  private int[] hashes = new int[CAPACITY_FIRST];
  private int[] touched = new int[CAPACITY_FIRST];
  private byte[] pastCounts = new byte[CAPACITY_FIRST];
  // Until when the present ones are kept, or the past ones of who has no others.
  private int[] until = new int[CAPACITY_FIRST];
  // Until when the past ones are kept of who has both; null as long as nobody had.
  private int @Nullable [] pastUntil;
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
    return infos.size();
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
      touches = infos.size();
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
    if (infos.size() == countMax) {
      removeOldest();
    }
    int touch = nextTouch();
    int index = -1 - find(info.peerId());
    int count = infos.size();
    if (count == hashes.length) {
      int capacity = count + (count >> 2);
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
    infos.add(index, info);
    protocols.add(index, List.of());
    return index;
  }

  private void move(int from, int to, int count) {
    System.arraycopy(hashes, from, hashes, to, count);
    System.arraycopy(touched, from, touched, to, count);
    System.arraycopy(pastCounts, from, pastCounts, to, count);
    System.arraycopy(until, from, until, to, count);
    if (pastUntil != null) {
      System.arraycopy(pastUntil, from, pastUntil, to, count);
    }
  }

  /** Returns the indexes of all peers, whoever was touched last first, until the next is added. */
  List<Integer> latestFirst() {
    List<Integer> indexes = new ArrayList<>(infos.size());
    for (int i = 0; i < infos.size(); i++) {
      indexes.add(i);
    }
    indexes.sort(Comparator.comparingInt((Integer index) -> touched[index]).reversed());
    return indexes;
  }

  PeerInfo info(int index) {
    return infos.get(index);
  }

  /** Replaces the addresses, the first {@code pastCount} of which are past. */
  void setInfo(int index, PeerInfo info, int pastCount) {
    boolean hadBoth = hasBoth(index);
    boolean hadPastOnly = pastCounts[index] > 0 && !hadBoth;
    infos.set(index, info);
    pastCounts[index] = (byte) pastCount;
    if (hadPastOnly && hasBoth(index)) {
      keepPast(index, until[index]);
    } else if (hadBoth && pastCount > 0 && !hasBoth(index) && pastUntil != null) {
      until[index] = pastUntil[index];
    }
  }

  private boolean hasBoth(int index) {
    return pastCounts[index] > 0 && pastCounts[index] < infos.get(index).addresses().size();
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
    if (pastCounts[index] < infos.get(index).addresses().size()) {
      until[index] = untilSeconds;
    }
  }

  /** Drops the addresses that are not kept any longer. */
  void expire(int index, int nowSeconds) {
    List<Multiaddr> addresses = infos.get(index).addresses();
    int past = pastCounts[index];
    boolean keepsLast = until[index] > nowSeconds;
    boolean keepsPast =
        hasBoth(index) ? pastUntil != null && pastUntil[index] > nowSeconds : keepsLast;
    int from = keepsPast ? 0 : past;
    int to = keepsLast ? addresses.size() : past;
    if (from > 0 || to < addresses.size()) {
      PeerId peer = infos.get(index).peerId();
      setInfo(index, new PeerInfo(peer, addresses.subList(from, to)), past - from);
    }
  }

  List<ProtocolId> protocols(int index) {
    return protocols.get(index);
  }

  void setProtocols(int index, List<ProtocolId> spoken) {
    protocols.set(index, spoken);
  }

  private void removeOldest() {
    int oldest = 0;
    for (int i = 1; i < infos.size(); i++) {
      oldest = touched[i] < touched[oldest] ? i : oldest;
    }
    infos.remove(oldest);
    protocols.remove(oldest);
    move(oldest + 1, oldest, infos.size() - oldest);
  }

  /** Returns the index of a peer; when it is not there, minus 1 minus where it belongs. */
  private int find(PeerId peer) {
    int hash = peer.hashCode();
    int low = 0;
    int high = infos.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compare(hashes[middle], hash);
      if (order == 0) {
        PeerId other = infos.get(middle).peerId();
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
