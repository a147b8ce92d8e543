package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** What the parts of one router share: peers, topics, and what is remembered. */
final class RouterState {
  /** The peers of a topic that is published to and not joined. */
  static final class Fanout {
    final Set<PeerId> peers = new LinkedHashSet<>();
    long lastPublishNanos;
  }

  final GossipConfig config;
  final RandomGenerator random;
  final Map<PeerId, PeerState> peers = new LinkedHashMap<>();

  /** Which places the peers have. */
  private final BitSet places = new BitSet(0);

  /** The mesh of each topic joined. */
  final Map<String, Set<PeerId>> meshes = new LinkedHashMap<>();

  final Map<String, Fanout> fanouts = new LinkedHashMap<>();
  final Backoffs backoffs;
  final PeerFaults faults = new PeerFaults();
  final SeenCache seen;
  final MessageCache cache;
  final Promises promises = new Promises();
  final Outbox outbox = new Outbox();

  RouterState(GossipConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
    this.backoffs = new Backoffs(config.limits().backoffsMax());
    this.seen = new SeenCache(config.limits().seenMax(), config.seenTtl().toNanos());
    this.cache = new MessageCache(config.limits().heldBytesMax());
  }

  void addPeer(PeerId peer, boolean outbound) {
    int place = places.nextClearBit(0);
    places.set(place);
    peers.put(peer, new PeerState(peer, place, outbound));
  }

  void removePeer(PeerId peer) {
    PeerState removed = peers.remove(peer);
    if (removed != null) {
      places.clear(removed.place);
      cache.onPlaceFree(removed.place);
    }
  }

  /** Returns the peers of a topic that are listened to and fit, in the order in which they came. */
  List<PeerId> subscribers(String topic, Predicate<PeerState> fits) {
    List<PeerId> found = new ArrayList<>();
    for (PeerState peer : peers.values()) {
      if (isSubscriber(peer, topic) && fits.test(peer)) {
        found.add(peer.id);
      }
    }
    return found;
  }

  /** Returns whether a peer is in a topic and listened to. */
  boolean isSubscriber(PeerState peer, String topic) {
    return peer.topics.contains(topic) && !faults.isGraylisted(peer.id);
  }

  /**
   * Returns how much longer a backoff counts for us than for others: a PRUNE is under way for a
   * while, and a GRAFT that comes too early is a fault.
   */
  long backoffSlackNanos() {
    return 2 * config.heartbeat().toNanos();
  }

  void blame(PeerId peer, Misbehaviour what) {
    faults.add(peer, what);
    outbox.add(new RouterOutput.Misbehaved(peer, what));
  }
}
