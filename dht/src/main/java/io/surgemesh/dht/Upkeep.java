package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the DHT does of itself: joining, announcing this peer's keys and values, keeping the table
 * fresh.
 */
final class Upkeep {
  private final PeerId self;
  private final int k;
  private final int queriesMax;
  private final RoutingTable table;
  private final SizeEstimate size;
  private final SearchStart start;
  private final Outbox outbox;
  private final Joining joining;
  private final Announcer announcer;
  private final OwnValues ownValues;
  private final Refresh refresh;
  private final Reunion reunion;
  private final Probing probing;
  private final Anchors anchors;
  private boolean assumed;
  private boolean closed;

  Upkeep(
      PeerId self,
      List<Multiaddr> bootstrapPeers,
      DhtConfig config,
      RoutingTable table,
      IpGroups ipGroups,
      SizeEstimate size,
      SearchStart start,
      OwnValues ownValues,
      Outbox outbox,
      RandomGenerator random) {
    this.self = self;
    this.k = config.k();
    this.queriesMax = config.queriesMax();
    this.table = table;
    this.size = size;
    this.start = start;
    this.outbox = outbox;
    this.joining = new Joining(bootstrapPeers, table, random);
    this.announcer =
        new Announcer(
            config.announceInterval(),
            Announcer.RUNNING_MAX,
            Announcer.WALK_KEYS_MAX,
            size::regionBits,
            random);
    this.ownValues = ownValues;
    this.refresh = new Refresh(self, table, start.visits(), config, random);
    this.probing = new Probing(table, random);
    int anchorsMax = config.rules() == SearchRules.PLAIN ? 0 : Anchors.ANCHORS_MAX;
    this.anchors = new Anchors(table, ipGroups, anchorsMax, random);
    this.reunion = new Reunion(self, k, table, size);
  }

  void onRemembered(List<Multiaddr> addresses) {
    joining.onRemembered(addresses);
  }

  /** The table was filled by hand. */
  void onAssumed(long nowNanos) {
    assumed = true;
    joining.onAssumed(table.size(), nowNanos);
    refresh.onAssumed(nowNanos);
    announcer.onJoined(nowNanos);
    ownValues.announcer().onJoined(nowNanos);
  }

  void start(long nowNanos) {
    refresh.start(nowNanos);
    probing.start(nowNanos);
    anchors.start(nowNanos);
    joining.start(nowNanos);
  }

  void onDialed(Multiaddr address, PeerId peer, long nowNanos) {
    if (peer.equals(self)) {
      joining.onDialFailed(address, nowNanos);
    } else {
      joining.onDialed(address, peer, nowNanos);
    }
  }

  void onDialFailed(Multiaddr address, long nowNanos) {
    joining.onDialFailed(address, nowNanos);
  }

  /** Returns whether a peer that the table has no place for is to be probed all the same. */
  boolean wantsStranger(long nowNanos) {
    return reunion.wantsStranger(nowNanos);
  }

  /** A peer that was probed named those it knows nearest to this one. */
  void onNamed(List<PeerInfo> named, long nowNanos) {
    boolean isNew = assumed && size.value().isEmpty();
    if (closed || isNew || joining.isLookingUp() || refresh.isJoining()) {
      // Whom this peer does not know yet it is about to meet, or has not come to judge by yet.
      return;
    }
    List<PeerInfo> unknown = reunion.onNamed(named, nowNanos);
    if (!unknown.isEmpty()) {
      Search.Purpose purpose = new Search.Purpose.Reuniting();
      start.search(purpose, self.bytes(), unknown, nowNanos);
    }
  }

  /** A peer was probed. */
  void onProbed(PeerId peer, Probing.Outcome outcome, long nowNanos) {
    probing.onProbed(peer, outcome, nowNanos);
    if (outcome == Probing.Outcome.REACHED) {
      anchors.onReached(peer);
    }
  }

  /** A search found a peer of the table gone. */
  void onGone(long nowNanos) {
    probing.onGone(nowNanos);
  }

  /** Takes the connections to peers that serve the DHT. */
  void onLinks(List<Anchors.Link> links, long nowNanos) {
    anchors.onLinks(links, nowNanos);
  }

  /** The table may hold more or fewer peers than before. */
  void onTable(long nowNanos) {
    joining.onTable(table.size(), nowNanos);
  }

  /** Begins to announce a key; returns false when there are too many. */
  boolean announce(Bytes key, long nowNanos) {
    return announcer.announce(key, nowNanos);
  }

  void withdraw(Bytes key) {
    announcer.withdraw(key);
  }

  /** Returns the keys being announced; unmodifiable, follows what happens. */
  Set<Bytes> keys() {
    return announcer.keys();
  }

  /** Returns the values that this peer puts again. */
  OwnValues ownValues() {
    return ownValues;
  }

  /** Returns how many walks were begun to announce keys and values. */
  long walks() {
    return announcer.walks() + ownValues.announcer().walks();
  }

  void close() {
    closed = true;
    anchors.close();
  }

  void onTimeout(long nowNanos) {
    joining.onTimeout(nowNanos);
    announcer.onTimeout(nowNanos);
    ownValues.announcer().onTimeout(nowNanos);
    refresh.onTimeout(nowNanos);
    probing.onTimeout(nowNanos);
    anchors.onTimeout(nowNanos);
  }

  long deadlineNanos() {
    long table = Math.min(probing.deadlineNanos(), refresh.deadlineNanos());
    table = Math.min(table, anchors.deadlineNanos());
    long keys = Math.min(announcer.deadlineNanos(), ownValues.announcer().deadlineNanos());
    return Math.min(Math.min(keys, table), joining.deadlineNanos());
  }

  /** A search of the DHT's own is over. */
  void onDone(Search search, List<PeerInfo> nearest, long nowNanos) {
    Search.Purpose purpose = search.purpose();
    size.onSearched(search.request().target(), nearest);
    if (purpose instanceof Search.Purpose.Announcing announcing) {
      onWalked(announcing, search.lookup().asked(), nearest, nowNanos);
    } else if (purpose instanceof Search.Purpose.Joining) {
      onLookedUpSelf(nowNanos);
    } else if (purpose instanceof Search.Purpose.Refreshing) {
      refresh.onSearched();
    } else if (purpose instanceof Search.Purpose.Reuniting) {
      reunion.onSearched();
      refresh.onJoined();
    } else {
      throw new AssertionError(purpose);
    }
  }

  private void onWalked(
      Search.Purpose.Announcing announcing, int asked, List<PeerInfo> found, long nowNanos) {
    Walk walk = announcing.walk();
    boolean isWhole = walk.isWhole(found, k) && asked < queriesMax;
    if (announcing.type() == KadMessage.Type.ADD_PROVIDER) {
      walk.tellings(found, k).forEach(this::tell);
      announcer.onAnnounced(walk.keys(), found.size(), isWhole, nowNanos);
    } else {
      if (!closed && !found.isEmpty()) {
        ownValues.renew(walk.keys(), nowNanos);
        walk.tellings(found, k).forEach((peer, keys) -> ownValues.tell(peer, keys, nowNanos));
      }
      ownValues.announcer().onAnnounced(walk.keys(), found.size(), isWhole, nowNanos);
    }
  }

  /** A search asks a peer: one near enough to what is provided is told at once. */
  void onAsked(Search search, PeerId peer) {
    if (search.purpose() instanceof Search.Purpose.Announcing announcing
        && announcing.type() == KadMessage.Type.ADD_PROVIDER) {
      tell(peer, announcing.walk().earlyKeys(peer));
    }
  }

  private void tell(PeerId peer, List<Bytes> keys) {
    List<Bytes> wanted = keys.stream().filter(announcer.keys()::contains).toList();
    if (!closed && !wanted.isEmpty()) {
      outbox.add(new KademliaOutput.Announce(peer, wanted));
    }
  }

  private void onLookedUpSelf(long nowNanos) {
    joining.onLookedUp(nowNanos);
    if (table.size() > 0) {
      refresh.onJoined();
      announcer.onJoined(nowNanos);
      ownValues.announcer().onJoined(nowNanos);
    }
  }

  /** Does what the parts want done; returns whether that was anything. */
  boolean pump(long nowNanos) {
    boolean any = drain(anchors, next -> outbox.add(new KademliaOutput.Anchor(next)));
    if (closed) {
      return any;
    }
    any |= drain(joining, next -> perform(next, nowNanos));
    any |= drain(announcer, next -> walk(next, KadMessage.Type.ADD_PROVIDER, nowNanos));
    if (ownValues.mayWalk()) {
      Announcer values = ownValues.announcer();
      any |= drain(values, next -> walk(next, KadMessage.Type.PUT_VALUE, nowNanos));
    }
    any |= drain(refresh, next -> perform(next, nowNanos));
    any |= drain(probing, this::perform);
    return any;
  }

  /** Hands on all that a part puts out; returns whether that was anything. */
  static <O> boolean drain(Machine<O> part, Consumer<O> performer) {
    boolean any = false;
    for (O next = part.poll(); next != null; next = part.poll()) {
      performer.accept(next);
      any = true;
    }
    return any;
  }

  private void perform(Joining.Output output, long nowNanos) {
    if (output instanceof Joining.Output.Dial dial) {
      outbox.add(new KademliaOutput.Dial(dial.address()));
    } else if (output instanceof Joining.Output.Recall) {
      outbox.add(new KademliaOutput.Recall());
    } else if (output instanceof Joining.Output.LookUpSelf lookUp) {
      List<PeerInfo> first =
          lookUp.first().stream().map(peer -> new PeerInfo(peer, List.of())).toList();
      start.search(new Search.Purpose.Joining(), self.bytes(), first, nowNanos);
    } else if (output instanceof Joining.Output.Joined joined) {
      outbox.add(new KademliaOutput.Joined(joined.peers()));
    } else if (output instanceof Joining.Output.Failed) {
      outbox.add(new KademliaOutput.JoinFailed());
    } else {
      throw new AssertionError(output);
    }
  }

  private void walk(Announcer.Output output, KadMessage.Type type, long nowNanos) {
    if (output instanceof Announcer.Output.Announce announce) {
      Walk walk = new Walk(announce.keys(), announce.regionBits(), start.regionWord());
      search(new Search.Purpose.Announcing(walk, type), announce.keys().get(0), nowNanos);
    } else {
      throw new AssertionError(output);
    }
  }

  private void perform(Refresh.Output output, long nowNanos) {
    if (output instanceof Refresh.Output.Search search) {
      search(new Search.Purpose.Refreshing(), search.key(), nowNanos);
    } else {
      throw new AssertionError(output);
    }
  }

  private void perform(Probing.Output output) {
    if (output instanceof Probing.Output.Probe probe) {
      outbox.add(new KademliaOutput.Probe(probe.peer()));
    } else {
      throw new AssertionError(output);
    }
  }

  private void search(Search.Purpose purpose, Bytes key, long nowNanos) {
    start.search(purpose, key, List.of(), nowNanos);
  }
}
