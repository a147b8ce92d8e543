package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of one router share: peers, topics, and what is remembered. */
final class RouterState {
  /** The peers of a topic that is published to and not joined. */
  static final class Fanout {
    final Set<PeerId> peers = new LinkedHashSet<>();
    long lastPublishNanos;
  }

  private static final int PLACES_INITIAL = 8;

  /** A table that is emptier than one in this many gives room back: who joins meets hundreds. */
  private static final int ROOM_FACTOR = 6;

  /** So many peers are asked for their list of topics: most have the same few. */
  private static final int ALIKE = 4;

  private static final @Nullable PeerState[] NOBODY = {};

  final GossipConfig config;
  final RandomGenerator random;
  final Map<PeerId, PeerState> peers = new OrderedMap<>();

  /** How many of the peers we dialled. */
  private int dialled;

  /** The peers at their places, null where nobody has one. */
  private @Nullable PeerState[] places = NOBODY;

  /**
   * The places of the peers in each topic, which saves looking at all of them: bounded by the
   * topics of all peers.
   */
  private final Map<String, BitSet> topics = new LinkedHashMap<>();

  /** The mesh of each topic joined. */
  final Map<String, Set<PeerId>> meshes = new OrderedMap<>();

  final Map<String, Fanout> fanouts = new OrderedMap<>();
  final Backoffs backoffs;
  final PeerFaults faults = new PeerFaults();
  final SeenCache seen;
  final MessageCache cache;
  final Promises promises = new Promises();
  final Outbox outbox;

  RouterState(GossipConfig config, RandomGenerator random) {
    this.config = config;
    this.outbox = new Outbox(config.limits());
    this.random = random;
    this.backoffs = new Backoffs(config.limits().backoffsMax());
    this.seen = new SeenCache(config.limits().seenMax(), config.seenTtl().toNanos());
    this.cache = new MessageCache(config.limits().heldBytesMax());
  }

  void addPeer(PeerId peer, boolean outbound) {
    int place = 0;
    while (place < places.length && places[place] != null) {
      place++;
    }
    if (place == places.length) {
      places = Arrays.copyOf(places, Math.max(PLACES_INITIAL, 2 * place));
    }
    PeerState added = new PeerState(peer, place, outbound);
    dialled += outbound ? 1 : 0;
    places[place] = added;
    peers.put(peer, added);
  }

  /** Takes note that a known peer is in a topic in which it was not. */
  void enter(PeerState peer, String topic) {
    List<String> joined = new ArrayList<>(peer.topics);
    joined.add(topic);
    peer.topics = shared(joined);
    topics.computeIfAbsent(topic, unused -> new BitSet(0)).set(peer.place);
  }

  /** Returns the same topics as a list that another peer has already, if one of the first has. */
  private List<String> shared(List<String> joined) {
    for (int place = 0; place < Math.min(ALIKE, places.length); place++) {
      PeerState other = places[place];
      if (other != null && other.topics.equals(joined)) {
        return other.topics;
      }
    }
    return List.copyOf(joined);
  }

  /** Takes note that a known peer is not in a topic. */
  void quit(PeerState peer, String topic) {
    List<String> left = new ArrayList<>(peer.topics);
    if (left.remove(topic)) {
      peer.topics = List.copyOf(left);
      vacate(topic, peer.place);
    }
  }

  private void vacate(String topic, int place) {
    BitSet its = topics.get(topic);
    if (its != null) {
      its.clear(place);
      if (its.isEmpty()) {
        topics.remove(topic);
      }
    }
  }

  void removePeer(PeerId peer) {
    PeerState removed = peers.remove(peer);
    if (removed != null) {
      dialled -= removed.outbound ? 1 : 0;
      places[removed.place] = null;
      removed.topics.forEach(topic -> vacate(topic, removed.place));
      cache.onPlaceFree(removed.place);
      giveRoomBack();
    }
  }

  /** Returns how many of the peers we dialled. */
  int dialled() {
    return dialled;
  }

  private void giveRoomBack() {
    int top = places.length;
    if (top <= PLACES_INITIAL || peers.size() * ROOM_FACTOR > top) {
      return;
    }
    while (top > PLACES_INITIAL && places[top - 1] == null) {
      top--;
    }
    if (2 * top <= places.length) {
      places = Arrays.copyOf(places, top);
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

  /** Returns the places of the peers of a topic, listened to or not; a copy. */
  BitSet places(String topic) {
    BitSet its = topics.get(topic);
    return its == null ? new BitSet(0) : (BitSet) its.clone();
  }

  /** Returns who has a place; somebody must. */
  PeerState at(int place) {
    return Objects.requireNonNull(places[place], "nobody has this place");
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
