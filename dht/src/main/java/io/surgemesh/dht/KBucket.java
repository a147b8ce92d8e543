package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one range of distances: up to a bound of live ones, and as many that wait for a
 * place.
 *
 * <p>A live peer is never put out by a newcomer, only by its own silence; that is what keeps an
 * old, honest table from being flushed (Maymounkov and Mazieres 2002, section 2.2; go-ipfs since
 * 0.5). Both lists run from least to most recently seen. When the waiting list is full, the one
 * seen longest ago is dropped.
 *
 * <p>Each list holds a bounded number of peers of one IP group; further ones are not taken in. A
 * peer belongs to the group in which it came.
 *
 * <p>Nobody is on both lists. Who waits takes a place when a live peer falls silent, or when he is
 * seen again while there is one.
 */
final class KBucket {
  private final int groupMax;
  private final SeenPeers live;

  /** Null until somebody has to wait. */
  private @Nullable SeenPeers replacements;

  /**
   * Creates an empty bucket.
   *
   * @param peersMax on each list
   * @param groupMax of one IP group on each list
   */
  KBucket(int peersMax, int groupMax) {
    this.groupMax = groupMax;
    this.live = new SeenPeers(peersMax);
  }

  /**
   * Takes in a peer that proved to be there; it becomes live, or waits when the bucket is full.
   *
   * @param group of its address; one of which the bucket or the table has enough does not enter
   * @param tableHasRoom tells of a group whether the table may hold one more of it
   * @param tookNanos how long its answer took; 0 when it was not asked
   */
  void onSeen(PeerId peer, int group, IntPredicate tableHasRoom, long tookNanos, long nowNanos) {
    int index = live.indexOf(peer);
    if (index >= 0) {
      PeerId known = live.peer(index);
      long roundTrips = after(live.roundTrips(index), tookNanos);
      int itsGroup = live.group(index);
      int first = live.firstSeconds(index);
      live.remove(index);
      live.add(known, nowNanos, first, roundTrips, itsGroup);
    } else if (live.isFull()) {
      queue(peer, group, tookNanos, nowNanos);
    } else if (hasPlaceFor(group) && tableHasRoom.test(group)) {
      enter(peer, group, tookNanos, nowNanos);
    }
  }

  private void enter(PeerId peer, int group, long tookNanos, long nowNanos) {
    SeenPeers waiting = replacements;
    int index = waiting == null ? -1 : waiting.indexOf(peer);
    if (waiting == null || index < 0) {
      int first = SeenPeers.seconds(nowNanos);
      live.add(peer, nowNanos, first, after(RoundTrips.UNKNOWN, tookNanos), group);
    } else {
      long roundTrips = after(waiting.roundTrips(index), tookNanos);
      live.add(peer, nowNanos, waiting.firstSeconds(index), roundTrips, group);
      waiting.remove(index);
    }
  }

  private void queue(PeerId peer, int group, long tookNanos, long nowNanos) {
    SeenPeers waiting = replacements == null ? new SeenPeers(live.capacity()) : replacements;
    replacements = waiting;
    int index = waiting.indexOf(peer);
    if (index < 0 && waiting.countOf(group) >= groupMax) {
      return;
    }
    int itsGroup = index < 0 ? group : waiting.group(index);
    int first = index < 0 ? SeenPeers.seconds(nowNanos) : waiting.firstSeconds(index);
    long known = index < 0 ? RoundTrips.UNKNOWN : waiting.roundTrips(index);
    if (index >= 0 || waiting.isFull()) {
      waiting.remove(Math.max(index, 0));
    }
    waiting.add(peer, nowNanos, first, after(known, tookNanos), itsGroup);
  }

  private static long after(long known, long tookNanos) {
    return tookNanos == 0 ? known : RoundTrips.after(known, tookNanos);
  }

  /** Returns what is known of a live peer's queries, as {@link RoundTrips}. */
  long roundTrips(PeerId peer) {
    int index = live.indexOf(peer);
    return index < 0 ? RoundTrips.UNKNOWN : live.roundTrips(index);
  }

  /**
   * Drops a peer that did not answer; of the replacements the one seen last takes its place of
   * whose group there may be one more.
   *
   * @param tableHasRoom tells of a group whether the table may hold one more of it
   */
  void onSilent(PeerId peer, IntPredicate tableHasRoom) {
    SeenPeers waiting = replacements;
    if (waiting == null) {
      drop(peer, live);
    } else if (!drop(peer, waiting) && drop(peer, live)) {
      promoteLatest(waiting, tableHasRoom);
    }
  }

  private void promoteLatest(SeenPeers waiting, IntPredicate tableHasRoom) {
    for (int i = waiting.size() - 1; i >= 0; i--) {
      int group = waiting.group(i);
      if (hasPlaceFor(group) && tableHasRoom.test(group)) {
        PeerId peer = waiting.peer(i);
        int first = waiting.firstSeconds(i);
        live.add(peer, waiting.seenNanos(i), first, waiting.roundTrips(i), group);
        waiting.remove(i);
        return;
      }
    }
  }

  private static boolean drop(PeerId peer, SeenPeers peers) {
    int index = peers.indexOf(peer);
    if (index >= 0) {
      peers.remove(index);
    }
    return index >= 0;
  }

  boolean contains(PeerId peer) {
    return live.indexOf(peer) >= 0;
  }

  int size() {
    return live.size();
  }

  boolean isFull() {
    return live.isFull();
  }

  /** Returns whether one more live peer of an IP group may enter. */
  boolean hasPlaceFor(int group) {
    return !isFull() && live.countOf(group) < groupMax;
  }

  /** Returns how many live peers are of an IP group. */
  int countOf(int group) {
    return live.countOf(group);
  }

  /**
   * Adds the live peers nearest to {@code target} to a list, nearest first, until that holds {@code
   * foundMax}; all but {@code except}.
   */
  void addNearest(Key target, @Nullable PeerId except, List<PeerId> found, int foundMax) {
    live.addNearest(target, except, found, foundMax);
  }

  /**
   * Returns whoever is likeliest to be gone of the live peers that were not seen for {@code
   * silentNanos}, {@code known} if that is likelier; of equals the one silent for longest.
   */
  @Nullable Doubt likeliestGone(
      @Nullable Doubt known, long silentNanos, Set<PeerId> except, long nowNanos) {
    Doubt worst = known;
    for (int i = 0; i < live.size() && nowNanos - live.seenNanos(i) >= silentNanos; i++) {
      Doubt doubt = new Doubt(live.peer(i), live.goneChance(i, nowNanos), live.seenNanos(i));
      if ((worst == null || doubt.isGraverThan(worst)) && !except.contains(doubt.peer())) {
        worst = doubt;
      }
    }
    return worst;
  }
}
