package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The DHT of one peer: routes events between its routing table, provider store, searches, joining,
 * announcing and refreshing, and decides nothing itself but who enters the table.
 */
final class Kademlia implements Machine<Kademlia.Output> {
  /** What the driver must do. */
  sealed interface Output {
    /** Dial a bootstrap address; report with onDialed or onDialFailed. */
    record Dial(Multiaddr address) implements Output {}

    /** Send the request; report with onAnswer or onFailure within the time of a query. */
    record Ask(Call call, PeerInfo peer, KadMessage request) implements Output {}

    /** Give up a query; nothing is to be reported. */
    record Cancel(Call call) implements Output {}

    /** Tell a peer that this one provides the key. */
    record Announce(PeerId peer, Bytes key) implements Output {}

    /** A search for a peer is over. */
    record PeerFound(long ticket, Optional<PeerInfo> peer) implements Output {}

    /** A search for providers is over. */
    record ProvidersFound(long ticket, List<PeerInfo> providers) implements Output {}

    /** The first attempt to join is over, with so many peers in the table. */
    record Joined(int peers) implements Output {}

    /** The first attempt to join is over, and no bootstrap address answered. */
    record JoinFailed() implements Output {}
  }

  private final PeerId self;
  private final DhtConfig config;
  private final IpGroups ipGroups;
  private final SizeEstimate size;
  private final RoutingTable table;
  private final ProviderStore store;
  private final Searches searches;
  private final Joining joining;
  private final Announcer announcer;
  private final Refresh refresh;
  private final KademliaServer server;
  private final Queue<Output> outputs = new ArrayDeque<>(0);

  private final Calls calls = new Calls();
  private final SearchTally tally = new SearchTally();
  private int asking;
  private boolean closed;

  /**
   * Creates a machine that has not started.
   *
   * @param isPublic whether this peer has a public address
   */
  Kademlia(
      PeerId self,
      List<Multiaddr> bootstrapPeers,
      DhtConfig config,
      boolean isPublic,
      RandomGenerator random) {
    this.self = self;
    this.config = config;
    this.ipGroups = config.ipGroups(isPublic);
    this.size = new SizeEstimate(config.k());
    this.table = new RoutingTable(self, config.k(), ipGroups);
    this.store = new ProviderStore(config, random);
    this.searches = new Searches(self);
    this.joining = new Joining(bootstrapPeers, table, random);
    this.announcer = new Announcer(config, random);
    this.refresh = new Refresh(self, table, config, random);
    this.server = new KademliaServer(self, config.k(), table, store, announcer.keys());
  }

  /** Takes addresses of peers known from an earlier life, before the start. */
  void onRemembered(List<Multiaddr> addresses, long nowNanos) {
    joining.onRemembered(addresses, nowNanos);
  }

  void start(long nowNanos) {
    refresh.start(nowNanos);
    joining.start(nowNanos);
    pump(nowNanos);
  }

  void onDialed(Multiaddr address, PeerId peer, long nowNanos) {
    if (peer.equals(self)) {
      joining.onDialFailed(address, nowNanos);
    } else {
      joining.onDialed(address, peer, nowNanos);
    }
    pump(nowNanos);
  }

  void onDialFailed(Multiaddr address, long nowNanos) {
    joining.onDialFailed(address, nowNanos);
    pump(nowNanos);
  }

  /** A connected peer says that it serves our protocol: it is asked, if there is a place for it. */
  void onIdentified(PeerId peer, long nowNanos) {
    if (table.contains(peer)) {
      table.onSeen(peer, IpGroups.NONE, 0, nowNanos);
    } else if (table.hasPlaceFor(peer) && !calls.isAsking(peer) && !closed) {
      probe(peer, nowNanos);
    }
    pump(nowNanos);
  }

  /**
   * A peer answered; an answer to something else than what was asked counts as none.
   *
   * @param from the address at which it did; null when that is not known
   */
  void onAnswer(Call call, KadMessage answer, @Nullable Multiaddr from, long nowNanos) {
    long tookNanos = calls.onAnswered(call, nowNanos);
    boolean fits =
        call.search() == Call.PROBE
            ? answer.type() == KadMessage.Type.FIND_NODE
            : searches.onAnswer(call, answer, nowNanos);
    if (fits) {
      int group = from == null ? IpGroups.NONE : ipGroups.of(from);
      table.onSeen(call.peer(), group, tookNanos, nowNanos);
    } else {
      table.onSilent(call.peer());
    }
    pump(nowNanos);
  }

  /** A query failed: no connection, no protocol, a reset, a time-out or an unreadable answer. */
  void onFailure(Call call, long nowNanos) {
    calls.onFailed(call);
    table.onSilent(call.peer());
    searches.onFailure(call, nowNanos);
    pump(nowNanos);
  }

  /** Answers a request at once; see {@link KademliaServer}. */
  KademliaServer.Reply onRequest(PeerId from, KadMessage request, long nowNanos) {
    return server.onRequest(from, request, nowNanos);
  }

  /**
   * Searches for a peer.
   *
   * @param ticket names the search in its {@link Output.PeerFound}
   * @param known addresses at which the peer was once; it is asked there first
   */
  void findPeer(long ticket, PeerId peer, List<Multiaddr> known, long nowNanos) {
    if (peer.equals(self) || !mayAsk()) {
      outputs.add(new Output.PeerFound(ticket, Optional.empty()));
      return;
    }
    Search.Purpose purpose = new Search.Purpose.FindPeer(ticket, peer);
    KadMessage request = KadMessage.of(purpose.requestType(), peer.bytes());
    List<PeerInfo> seeds = table.seeds(request.target());
    if (!known.isEmpty()) {
      seeds.add(new PeerInfo(peer, known));
    }
    asking++;
    searches.start(purpose, request, seeds, List.of(), terms(), nowNanos);
    pump(nowNanos);
  }

  /**
   * Searches for providers.
   *
   * @param ticket names the search in its {@link Output.ProvidersFound}
   */
  void findProviders(long ticket, Bytes key, int peersMax, long nowNanos) {
    List<PeerInfo> known = store.sample(key, peersMax, nowNanos);
    if (!mayAsk()) {
      outputs.add(new Output.ProvidersFound(ticket, known));
      return;
    }
    Search.Purpose purpose = new Search.Purpose.FindProviders(ticket, peersMax);
    KadMessage request = KadMessage.of(purpose.requestType(), key);
    asking++;
    LookupTerms terms = terms().withRegion(size.regionWord());
    searches.start(purpose, request, table.seeds(request.target()), known, terms, nowNanos);
    pump(nowNanos);
  }

  /** Begins to announce a key; returns false when there are too many already. */
  boolean announce(Bytes key, long nowNanos) {
    boolean taken = announcer.announce(key, nowNanos);
    pump(nowNanos);
    return taken;
  }

  void withdraw(Bytes key) {
    announcer.withdraw(key);
  }

  /** Ends every search with what it has; nothing is started any more. */
  void close(long nowNanos) {
    closed = true;
    searches.stopAll();
    pump(nowNanos);
  }

  RoutingTable table() {
    return table;
  }

  /** Returns how many peers the routing table holds. */
  int tableSize() {
    return table.size();
  }

  DhtStatistics statistics(long queriesSent) {
    return tally.statistics(table.size(), size.value(), queriesSent);
  }

  @Override
  public void onTimeout(long nowNanos) {
    store.expire(nowNanos);
    searches.onTimeout(nowNanos);
    joining.onTimeout(nowNanos);
    announcer.onTimeout(nowNanos);
    refresh.onTimeout(nowNanos);
    pump(nowNanos);
  }

  @Override
  public long deadlineNanos() {
    if (closed) {
      return NEVER;
    }
    long background = Math.min(announcer.deadlineNanos(), refresh.deadlineNanos());
    return Math.min(background, Math.min(searches.deadlineNanos(), joining.deadlineNanos()));
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  private boolean mayAsk() {
    return !closed && asking < config.searchesMax();
  }

  private LookupTerms terms() {
    return new LookupTerms(self, config, table::roundTrips, calls.typical(), ipGroups, 0);
  }

  private void search(Search.Purpose purpose, Bytes key, List<PeerId> first, long nowNanos) {
    KadMessage request = KadMessage.of(purpose.requestType(), key);
    List<PeerInfo> seeds = table.seeds(request.target());
    first.forEach(peer -> seeds.add(new PeerInfo(peer, List.of())));
    boolean announces = purpose instanceof Search.Purpose.Announcing;
    LookupTerms terms = announces ? terms().withRegion(size.regionWord()) : terms();
    searches.start(purpose, request, seeds, List.of(), terms, nowNanos);
  }

  /** Passes on what the parts put out, until all are quiet. */
  private void pump(long nowNanos) {
    joining.onTable(table.size(), nowNanos);
    boolean more = true;
    while (more) {
      more = drain(searches, next -> perform(next, nowNanos));
      if (!closed) {
        more |= drain(joining, next -> perform(next, nowNanos));
        more |= drain(announcer, next -> perform(next, nowNanos));
        more |= drain(refresh, next -> perform(next, nowNanos));
      }
    }
  }

  private static <O> boolean drain(Machine<O> part, Consumer<O> performer) {
    boolean any = false;
    for (O next = part.poll(); next != null; next = part.poll()) {
      performer.accept(next);
      any = true;
    }
    return any;
  }

  private void perform(Searches.Output output, long nowNanos) {
    if (output instanceof Searches.Output.Ask ask) {
      ask(ask.call(), ask.peer(), ask.request(), nowNanos);
    } else if (output instanceof Searches.Output.Cancel cancel) {
      cancel(cancel.call(), cancel.reason(), nowNanos);
    } else if (output instanceof Searches.Output.Done done) {
      onDone(done.search(), done.nearest(), nowNanos);
    } else {
      throw new AssertionError(output);
    }
  }

  private void probe(PeerId peer, long nowNanos) {
    // Any answer will do. PING, which must not be sent any more, is not answered by all peers.
    KadMessage request = KadMessage.of(KadMessage.Type.FIND_NODE, peer.bytes());
    ask(new Call(Call.PROBE, peer), new PeerInfo(peer, List.of()), request, nowNanos);
  }

  private void ask(Call call, PeerInfo peer, KadMessage request, long nowNanos) {
    calls.onSent(call, nowNanos);
    outputs.add(new Output.Ask(call, peer, request));
  }

  private void cancel(Call call, Lookup.Reason reason, long nowNanos) {
    if (reason == Lookup.Reason.SLOW && !closed && calls.mayGoOn(call)) {
      return;
    }
    if (reason == Lookup.Reason.SILENT) {
      table.onSilent(call.peer());
      joining.onTable(table.size(), nowNanos);
    }
    calls.onCancelled(call);
    outputs.add(new Output.Cancel(call));
  }

  private void onDone(Search search, List<PeerInfo> nearest, long nowNanos) {
    Search.Purpose purpose = search.purpose();
    if (purpose.isForApplication()) {
      tally.onOver(search.lookup());
    } else {
      size.onSearched(search.request().target(), nearest);
    }
    if (purpose instanceof Search.Purpose.FindPeer wanted) {
      asking--;
      outputs.add(new Output.PeerFound(wanted.ticket(), search.lookup().heardOf(wanted.peer())));
    } else if (purpose instanceof Search.Purpose.FindProviders wanted) {
      asking--;
      outputs.add(new Output.ProvidersFound(wanted.ticket(), search.providers()));
    } else if (purpose instanceof Search.Purpose.Announcing) {
      Bytes key = search.request().key();
      if (announcer.keys().contains(key) && !closed) {
        nearest.forEach(peer -> outputs.add(new Output.Announce(peer.peerId(), key)));
      }
      announcer.onAnnounced(key, nearest.size(), nowNanos);
    } else if (purpose instanceof Search.Purpose.Joining) {
      onLookedUpSelf(nowNanos);
    } else if (purpose instanceof Search.Purpose.Refreshing) {
      refresh.onSearched();
    } else {
      throw new AssertionError(purpose);
    }
  }

  private void onLookedUpSelf(long nowNanos) {
    joining.onLookedUp(nowNanos);
    if (table.size() > 0) {
      refresh.onJoined();
      announcer.onJoined(nowNanos);
    }
  }

  private void perform(Joining.Output output, long nowNanos) {
    if (output instanceof Joining.Output.Dial dial) {
      outputs.add(new Output.Dial(dial.address()));
    } else if (output instanceof Joining.Output.LookUpSelf lookUp) {
      search(new Search.Purpose.Joining(), self.bytes(), lookUp.first(), nowNanos);
    } else if (output instanceof Joining.Output.Joined joined) {
      outputs.add(new Output.Joined(joined.peers()));
    } else if (output instanceof Joining.Output.Failed) {
      outputs.add(new Output.JoinFailed());
    } else {
      throw new AssertionError(output);
    }
  }

  private void perform(Announcer.Output output, long nowNanos) {
    if (output instanceof Announcer.Output.Announce announce) {
      search(new Search.Purpose.Announcing(), announce.key(), List.of(), nowNanos);
    } else {
      throw new AssertionError(output);
    }
  }

  private void perform(Refresh.Output output, long nowNanos) {
    if (output instanceof Refresh.Output.Search search) {
      search(new Search.Purpose.Refreshing(), search.key(), List.of(), nowNanos);
    } else if (output instanceof Refresh.Output.Probe probe) {
      probe(probe.peer(), nowNanos);
    } else {
      throw new AssertionError(output);
    }
  }
}
