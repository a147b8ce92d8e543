package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The peers this one knows to be there, in one bucket per length of the prefix shared with its key.
 *
 * <p>A peer enters only once it has answered us, or once identify said that it serves our protocol;
 * hearsay stays outside. Holds at most {@value Key#BITS} buckets of k live peers and k replacements
 * (libp2p kad-dht r2, Kademlia routing table); what happens at that bound is said at {@link
 * KBucket}. Limits per IP group belong into {@link #onSeen}, once peers have addresses that are not
 * local.
 */
final class RoutingTable {
  private record Ranked(Contact contact, Distance distance) {}

  private final Contact self;
  private final int k;
  private final NavigableMap<Integer, KBucket> buckets = new TreeMap<>();
  private int size;

  RoutingTable(PeerId self, int k) {
    this.self = Contact.of(self);
    this.k = k;
  }

  /** Takes in a peer that proved to be there; this peer itself is ignored. */
  void onSeen(PeerId peer, long nowNanos) {
    if (peer.equals(self.peer())) {
      return;
    }
    Contact contact = Contact.of(peer);
    KBucket bucket = buckets.computeIfAbsent(indexOf(contact.key()), index -> new KBucket(k));
    size -= bucket.size();
    bucket.onSeen(contact, nowNanos);
    size += bucket.size();
  }

  /** Drops a peer that did not answer. */
  void onSilent(PeerId peer) {
    int index = indexOf(Key.of(peer));
    KBucket bucket = buckets.get(index);
    if (bucket == null) {
      return;
    }
    size -= bucket.size();
    bucket.onSilent(peer);
    size += bucket.size();
    if (bucket.size() == 0) {
      buckets.remove(index);
    }
  }

  /** Returns how many live peers there are. */
  int size() {
    return size;
  }

  boolean contains(PeerId peer) {
    KBucket bucket = buckets.get(indexOf(Key.of(peer)));
    return bucket != null && bucket.contains(peer);
  }

  /**
   * Returns the index of the shallowest bucket that is not full.
   *
   * <p>About as many peers share a longer prefix with this one as belong into that bucket: fewer
   * than k, so the search for our own id meets them all.
   */
  int firstUnfilledIndex() {
    int index = 0;
    for (KBucket bucket = buckets.get(index);
        bucket != null && bucket.size() == k;
        bucket = buckets.get(index)) {
      index++;
    }
    return index;
  }

  /** Returns the length of the prefix that {@code key} shares with this peer's. */
  int indexOf(Key key) {
    return self.key().commonPrefixBits(key);
  }

  /**
   * Returns the live peers nearest to {@code target}, nearest first.
   *
   * <p>Buckets are taken in the order of the distance of their ranges from the target: first the
   * target's own; then all deeper ones together, which are equally far in the first bit that
   * counts; then the shallower ones, one by one.
   */
  List<Contact> nearest(Key target, int count) {
    int index = indexOf(target);
    List<Contact> found = new ArrayList<>();
    addSorted(found, target, buckets.subMap(index, true, index, true).values());
    if (found.size() < count) {
      addSorted(found, target, buckets.tailMap(index, false).values());
    }
    for (KBucket bucket : buckets.headMap(index, false).descendingMap().values()) {
      if (found.size() >= count) {
        break;
      }
      addSorted(found, target, List.of(bucket));
    }
    return List.copyOf(found.subList(0, Math.min(count, found.size())));
  }

  /**
   * Returns at most {@code countMax} peers not seen since {@code sinceNanos}, longest ago first.
   */
  List<PeerId> unseenSince(long sinceNanos, int countMax) {
    record Seen(PeerId peer, long nanos) {}
    List<Seen> unseen = new ArrayList<>();
    for (KBucket bucket : buckets.values()) {
      bucket.forEachSeen(
          (peer, nanos) -> {
            if (nanos < sinceNanos) {
              unseen.add(new Seen(peer, nanos));
            }
          });
    }
    return unseen.stream()
        .sorted(Comparator.comparingLong(Seen::nanos))
        .limit(countMax)
        .map(Seen::peer)
        .toList();
  }

  private static void addSorted(List<Contact> found, Key target, Collection<KBucket> group) {
    List<Contact> members = new ArrayList<>();
    group.forEach(bucket -> bucket.addTo(members));
    members.stream()
        .map(contact -> new Ranked(contact, target.distanceTo(contact.key())))
        .sorted(Comparator.comparing(Ranked::distance))
        .forEach(ranked -> found.add(ranked.contact));
  }
}
