package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.List;

/**
 * Notices that a mesh of this name goes on beyond what this peer knows, and asks for the search
 * that makes both one.
 *
 * <p>Two parts that began apart do not find each other by searching: everybody in a part names only
 * it. But as soon as one peer has met one of the other part, whether by mDNS, an offer, a bootstrap
 * peer or an earlier life, it is probed as everybody is, and asked for this peer's own id it names
 * those nearest to this one in its part. Where by the estimate of the network's size k peers stand,
 * there are then many more: that is no chance, and a search for our own id that begins with them
 * meets the other part's neighbours, who probe this peer in turn and notice the same.
 *
 * <p>Peers that do not exist can be named as well, or some that are many in one network, for which
 * the table has no room. So there is one such search at a time, and at most {@value #SEARCHES_MAX}
 * in {@value #PERIOD_NANOS} ns; after each that brought the table hardly anybody that is half as
 * many, and then one in twice the time, up to {@value #PERIODS_MAX} times. What is noticed beyond
 * that is ignored.
 */
final class Reunion {
  static final long PERIOD_NANOS = Duration.ofMinutes(10).toNanos();
  static final int SEARCHES_MAX = 4;
  static final int PERIODS_MAX = 64;

  /** How often a peer is probed for which there is no place, only for what it knows. */
  static final long STRANGER_NANOS = Duration.ofMinutes(2).toNanos();

  /** Of those a search began with one in so many must have come into the table. */
  private static final int FRUIT_PART = 4;

  private static final int FRUITLESS_MAX = Integer.numberOfTrailingZeros(PERIODS_MAX);

  private final PeerId self;
  private final int k;
  private final RoutingTable table;
  private final SizeEstimate size;
  private long periodEndNanos = Long.MIN_VALUE;
  private int searches;
  private boolean searching;
  private int fruitless;
  private int sizeWanted;
  private long strangerNanos = Long.MIN_VALUE;

  Reunion(PeerId self, int k, RoutingTable table, SizeEstimate size) {
    this.self = self;
    this.k = k;
    this.table = table;
    this.size = size;
  }

  /** Returns whether a peer that the table has no place for is to be probed all the same. */
  boolean wantsStranger(long nowNanos) {
    if (nowNanos < strangerNanos) {
      return false;
    }
    strangerNanos = nowNanos + STRANGER_NANOS;
    return true;
  }

  /**
   * Takes whom a peer names as nearest to this one.
   *
   * @return those with whom a search for our own id is to begin; empty for none
   */
  List<PeerInfo> onNamed(List<PeerInfo> named, long nowNanos) {
    long region = size.regionWord();
    Key own = Key.of(self);
    List<PeerInfo> unknown =
        named.stream()
            .filter(peer -> !peer.peerId().equals(self) && !table.contains(peer.peerId()))
            .filter(peer -> region == 0 || own.isWithin(region, peer.peerId()))
            .toList();
    boolean isMuch = 2 * unknown.size() >= Math.max(2, Math.min(k, table.size()));
    if (!isMuch || !maySearch(nowNanos)) {
      return List.of();
    }
    searching = true;
    sizeWanted = table.size() + Math.max(1, unknown.size() / FRUIT_PART);
    return unknown;
  }

  /** The search that was asked for is over. */
  void onSearched() {
    searching = false;
    fruitless = table.size() >= sizeWanted ? 0 : fruitless + 1;
  }

  private boolean maySearch(long nowNanos) {
    if (nowNanos >= periodEndNanos) {
      int periods = 1 << Math.min(Math.max(0, fruitless - 2), FRUITLESS_MAX);
      periodEndNanos = nowNanos + periods * PERIOD_NANOS;
      searches = 0;
    }
    if (searching || searches >= Math.max(1, SEARCHES_MAX >> Math.min(fruitless, FRUITLESS_MAX))) {
      return false;
    }
    searches++;
    return true;
  }
}
