package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The peers this one knows to be there, in one bucket per length of the prefix shared with its key.
 *
 * <p>A peer enters only once it has answered us; hearsay stays outside. Holds at most {@value
 * Key#BITS} buckets of live peers and as many replacements (libp2p kad-dht r2, Kademlia routing
 * table); what happens at that bound, and to peers of one IP group, is said at {@link KBucket} and
 * {@link IpGroups}.
 *
 * <p>A bucket holds {@value #BUCKET_FACTOR} times k peers, where an answer names k: the more peers
 * to choose from, the nearer are the first ones asked and those that they name, and the fewer
 * rounds a search takes (as Jimenez, Osmani and Knutsson found in BitTorrent's DHT, 2011, with
 * larger buckets where a table is widest).
 */
final class RoutingTable {
  /** How many times k a bucket holds. */
  static final int BUCKET_FACTOR = 4;

  private final PeerId self;
  private final Key selfKey;
  private final int k;
  private final IpGroups groups;
  private final int bucketMax;

  /** By the length of the shared prefix; null where nobody is. */
  private @Nullable KBucket[] buckets = new KBucket[0];

  private int size;

  RoutingTable(PeerId self, int k, IpGroups groups) {
    this(self, k, groups, BUCKET_FACTOR * k);
  }

  /**
   * Creates an empty table.
   *
   * @param bucketMax how many live peers a bucket holds
   */
  RoutingTable(PeerId self, int k, IpGroups groups, int bucketMax) {
    this.bucketMax = bucketMax;
    this.self = self;
    this.selfKey = Key.of(self);
    this.k = k;
    this.groups = groups;
  }

  /**
   * Takes in a peer that has answered; this peer itself is ignored.
   *
   * @param group of the address at which it did, as {@link IpGroups}
   * @param tookNanos how long that took; 0 when it is not known
   */
  void onSeen(PeerId peer, int group, long tookNanos, long nowNanos) {
    if (peer.equals(self)) {
      return;
    }
    int index = indexOf(peer);
    if (index >= buckets.length) {
      buckets = Arrays.copyOf(buckets, index + 1);
    }
    KBucket bucket = buckets[index];
    if (bucket == null) {
      bucket = new KBucket(bucketMax, groups.peersMax());
      buckets[index] = bucket;
    }
    size -= bucket.size();
    bucket.onSeen(peer, group, this::hasRoom, tookNanos, nowNanos);
    size += bucket.size();
  }

  /** Returns whether there may be one more live peer of an IP group. */
  private boolean hasRoom(int group) {
    return group == IpGroups.NONE || countOf(group) < groups.tableMax(size);
  }

  /** Returns how many live peers are of an IP group. */
  int countOf(int group) {
    int count = 0;
    for (KBucket bucket : buckets) {
      count += bucket == null ? 0 : bucket.countOf(group);
    }
    return count;
  }

  /** Returns whether a peer of an IP group that is not in the table would find a place at once. */
  boolean hasPlaceFor(PeerId peer, int group) {
    KBucket bucket = bucket(indexOf(peer));
    return !peer.equals(self)
        && (bucket == null || (bucket.hasPlaceFor(group) && !bucket.contains(peer)))
        && hasRoom(group);
  }

  /** Drops a peer that did not answer. */
  void onSilent(PeerId peer) {
    int index = indexOf(peer);
    KBucket bucket = bucket(index);
    if (bucket == null) {
      return;
    }
    size -= bucket.size();
    bucket.onSilent(peer, this::hasRoom);
    size += bucket.size();
    if (bucket.size() == 0) {
      buckets[index] = null;
    }
  }

  /** Returns what is known of a live peer's queries, as {@link RoundTrips}. */
  long roundTrips(PeerId peer) {
    KBucket bucket = bucket(indexOf(peer));
    return bucket == null ? RoundTrips.UNKNOWN : bucket.roundTrips(peer);
  }

  /** Returns how many live peers there are. */
  int size() {
    return size;
  }

  boolean contains(PeerId peer) {
    KBucket bucket = bucket(indexOf(peer));
    return bucket != null && bucket.contains(peer);
  }

  /** Returns whether a bucket holds as many live peers as it may. */
  boolean isFull(int index) {
    KBucket bucket = bucket(index);
    return bucket != null && bucket.isFull();
  }

  /**
   * Returns the index of the shallowest bucket with fewer than k peers, though it may hold more.
   *
   * <p>About as many peers share a longer prefix with this one as belong into that bucket: fewer
   * than k, so the search for our own id meets them all.
   */
  int firstUnfilledIndex() {
    int index = 0;
    for (KBucket bucket = bucket(index);
        bucket != null && bucket.size() >= k;
        bucket = bucket(index)) {
      index++;
    }
    return index;
  }

  /**
   * Returns the index of the bucket that holds the k-th nearest to this peer, or of the one that
   * holds the farthest when there are fewer: in those before it are more than this peer meets when
   * it searches for its own id.
   */
  int neighboursIndex() {
    List<PeerId> nearest = nearest(selfKey, k);
    return nearest.isEmpty() ? 0 : indexOf(nearest.get(nearest.size() - 1));
  }

  /** Returns the length of the prefix that {@code key} shares with this peer's. */
  int indexOf(Key key) {
    return selfKey.commonPrefixBits(key);
  }

  private int indexOf(PeerId peer) {
    // The first word tells nearly always, without a key being made.
    long apart = selfKey.word0() ^ Key.firstWord(peer);
    return apart == 0 ? indexOf(Key.of(peer)) : Long.numberOfLeadingZeros(apart);
  }

  /** Returns whom a search for {@code target} asks first, without addresses; may be changed. */
  List<PeerInfo> seeds(Key target) {
    List<PeerInfo> seeds = new ArrayList<>(k + 1);
    for (PeerId peer : nearest(target, k)) {
      seeds.add(new PeerInfo(peer, List.of()));
    }
    return seeds;
  }

  /**
   * Returns the nearest of those beyond the k nearest to {@code target} that answer within some
   * time, without addresses.
   */
  List<PeerInfo> scouts(Key target, long withinNanos, int count) {
    List<PeerInfo> scouts = new ArrayList<>(count);
    List<PeerId> all = nearest(target, size);
    for (int i = k; i < all.size() && scouts.size() < count; i++) {
      long known = roundTrips(all.get(i));
      if (known != RoundTrips.UNKNOWN && RoundTrips.smoothedNanos(known) <= withinNanos) {
        scouts.add(new PeerInfo(all.get(i), List.of()));
      }
    }
    return scouts;
  }

  /** Returns all live peers, nearest to this one first. */
  List<PeerId> all() {
    return nearest(selfKey, size);
  }

  /** Returns the live peers nearest to {@code target}, nearest first. */
  List<PeerId> nearest(Key target, int count) {
    return nearest(target, null, count);
  }

  /**
   * Returns the live peers nearest to {@code target} but {@code except}, nearest first.
   *
   * <p>Each bucket's peers are nearer to the target than those of the next in this order: first,
   * from the shallowest on, the buckets on the target's side, where its key differs from this
   * peer's in the bit that the bucket is about; then the others, from the deepest on.
   */
  List<PeerId> nearest(Key target, @Nullable PeerId except, int count) {
    Distance fork = selfKey.distanceTo(target);
    List<PeerId> found = new ArrayList<>(Math.min(count, size));
    for (int i = 0; i < buckets.length; i++) {
      if (fork.bit(i)) {
        addNearest(i, target, except, found, count);
      }
    }
    for (int i = buckets.length - 1; i >= 0; i--) {
      if (!fork.bit(i)) {
        addNearest(i, target, except, found, count);
      }
    }
    return found;
  }

  private void addNearest(
      int index, Key target, @Nullable PeerId except, List<PeerId> found, int foundMax) {
    KBucket bucket = buckets[index];
    if (bucket != null && found.size() < foundMax) {
      bucket.addNearest(target, except, found, foundMax);
    }
  }

  /**
   * Returns the live peer likeliest to be gone of those not seen for {@code silentNanos}; null when
   * there is none.
   *
   * @param except of whom there is no question
   */
  @Nullable Doubt likeliestGone(long silentNanos, Set<PeerId> except, long nowNanos) {
    Doubt worst = null;
    for (KBucket bucket : buckets) {
      if (bucket != null) {
        worst = bucket.likeliestGone(worst, silentNanos, except, nowNanos);
      }
    }
    return worst;
  }

  private @Nullable KBucket bucket(int index) {
    return index < buckets.length ? buckets[index] : null;
  }
}
