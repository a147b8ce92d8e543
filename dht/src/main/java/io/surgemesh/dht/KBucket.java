package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one range of distances: up to k live ones, and as many that wait for a place.
 *
 * <p>A live peer is never put out by a newcomer, only by its own silence; that is what keeps an
 * old, honest table from being flushed (Maymounkov and Mazieres 2002, section 2.2; go-ipfs since
 * 0.5). Both lists run from least to most recently seen. When the waiting list is full, the one
 * that waits longest is dropped.
 *
 * <p>Nobody is on both lists, and nobody waits while there is a place.
 */
final class KBucket {
  private final int k;
  private final SeenPeers live;

  /** Null until somebody has to wait. */
  private @Nullable SeenPeers replacements;

  KBucket(int k) {
    this.k = k;
    this.live = new SeenPeers(k);
  }

  /**
   * Takes in a peer that proved to be there; it becomes live, or waits when the bucket is full.
   *
   * @param tookNanos how long its answer took; 0 when it was not asked
   */
  void onSeen(PeerId peer, long tookNanos, long nowNanos) {
    int index = live.indexOf(peer);
    if (index >= 0) {
      PeerId known = live.peer(index);
      long roundTrips = after(live, index, tookNanos);
      live.remove(index);
      live.add(known, nowNanos, roundTrips);
    } else if (live.isFull()) {
      queue(peer, tookNanos, nowNanos);
    } else {
      live.add(peer, nowNanos, after(live, index, tookNanos));
    }
  }

  private void queue(PeerId peer, long tookNanos, long nowNanos) {
    SeenPeers waiting = replacements == null ? new SeenPeers(k) : replacements;
    replacements = waiting;
    int index = waiting.indexOf(peer);
    long roundTrips = after(waiting, index, tookNanos);
    if (index >= 0 || waiting.isFull()) {
      waiting.remove(Math.max(index, 0));
    }
    waiting.add(peer, nowNanos, roundTrips);
  }

  private static long after(SeenPeers peers, int index, long tookNanos) {
    long known = index < 0 ? RoundTrips.UNKNOWN : peers.roundTrips(index);
    return tookNanos == 0 ? known : RoundTrips.after(known, tookNanos);
  }

  /** Returns what is known of a live peer's queries, as {@link RoundTrips}. */
  long roundTrips(PeerId peer) {
    int index = live.indexOf(peer);
    return index < 0 ? RoundTrips.UNKNOWN : live.roundTrips(index);
  }

  /** Drops a peer that did not answer; the replacement seen last takes its place. */
  void onSilent(PeerId peer) {
    SeenPeers waiting = replacements;
    if (waiting == null) {
      drop(peer, live);
    } else if (!drop(peer, waiting) && drop(peer, live) && waiting.size() > 0) {
      int latest = waiting.size() - 1;
      live.add(waiting.peer(latest), waiting.seenNanos(latest), waiting.roundTrips(latest));
      waiting.remove(latest);
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

  int replacementCount() {
    return replacements == null ? 0 : replacements.size();
  }

  /**
   * Adds the live peers nearest to {@code target} to a list, nearest first, until that holds {@code
   * foundMax}; all but {@code except}.
   */
  void addNearest(Key target, @Nullable PeerId except, List<PeerId> found, int foundMax) {
    live.addNearest(target, except, found, foundMax);
  }

  /** Tells of each live peer when it was last seen, least recently seen first. */
  void forEachSeen(ObjLongConsumer<PeerId> visitor) {
    live.forEach(visitor);
  }
}
