package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The DHT of one peer: routes events between its routing table, stores of records, searches,
 * questions of the application, joining, announcing and refreshing, and decides nothing itself but
 * who enters the table.
 */
final class Kademlia implements Machine<KademliaOutput> {
  private final Calls calls = new Calls();
  private final RandomGenerator random;
  private final Outbox outbox;
  private final IpGroups ipGroups;
  private final SizeEstimate size;
  private final RoutingTable table;
  private final ProviderStore store;
  private final ValueStore values;
  private final Searches searches;
  private final Questions questions;
  private final Upkeep upkeep;
  private final KademliaServer server;
  private final @Nullable Hints hints;
  // Of all parts, found anew when they may have moved; peers' requests move none.
  private long deadlineNanos = NEVER;
  private boolean closed;

  /**
   * Creates a machine that has not started.
   *
   * @param hintsConfig of the hints; null for none
   * @param isPublic whether this peer has a public address
   * @param wallClock tells when a value came
   */
  Kademlia(
      PeerId self,
      List<Multiaddr> bootstrapPeers,
      DhtConfig config,
      @Nullable HintsConfig hintsConfig,
      boolean isPublic,
      InstantSource wallClock,
      RandomGenerator random) {
    this.outbox = new Outbox(self, calls);
    this.random = random;
    this.ipGroups = config.ipGroups(isPublic);
    this.size = new SizeEstimate(config.k());
    int factor = config.rules() == SearchRules.PLAIN ? 1 : RoutingTable.BUCKET_FACTOR;
    this.table = new RoutingTable(self, config.k(), ipGroups, factor * config.k());
    this.store = new ProviderStore(config, random);
    this.values = new ValueStore(self, config, wallClock);
    this.searches = new Searches(self);
    this.hints =
        hintsConfig == null
            ? null
            : new Hints(self, hintsConfig, table, size, ipGroups, wallClock, random);
    SearchStart start =
        new SearchStart(self, config, table, hints, ipGroups, calls, size, searches);
    Puts puts = new Puts();
    this.questions = new Questions(self, config, start, store, values, puts, outbox);
    OwnValues own = new OwnValues(self, config, values, puts, outbox, size::regionBits, random);
    this.upkeep =
        new Upkeep(self, bootstrapPeers, config, table, ipGroups, size, start, own, outbox, random);
    this.server = new KademliaServer(self, config, table, store, values, upkeep.keys(), outbox);
  }

  /** Takes addresses of peers met before: once before the start, and whenever asked for. */
  void onRemembered(List<Multiaddr> addresses) {
    upkeep.onRemembered(addresses);
  }

  /** Takes back the records of an earlier life, as far as they fit between those of this one. */
  void onRestored(List<RestoredRecord> records, long nowNanos) {
    store.restore(records, ipGroups, nowNanos);
    values.restore(records, nowNanos);
    upkeep.ownValues().restore(records, nowNanos);
    pump(nowNanos);
  }

  /** Takes peers for such as have answered, and others for hints. */
  void onAssumed(List<MetPeer> met, List<HintedPeer> hinted, long nowNanos) {
    met.forEach(peer -> peer.enter(table, ipGroups, nowNanos));
    upkeep.onAssumed(nowNanos);
    hint((hints, now) -> hints.onAssumed(hinted), nowNanos);
    pump(nowNanos);
  }

  void start(long nowNanos) {
    upkeep.start(nowNanos);
    pump(nowNanos);
  }

  void onDialed(Multiaddr address, PeerId peer, long nowNanos) {
    upkeep.onDialed(address, peer, nowNanos);
    pump(nowNanos);
  }

  void onDialFailed(Multiaddr address, long nowNanos) {
    upkeep.onDialFailed(address, nowNanos);
    pump(nowNanos);
  }

  /** A peer was probed: it is there, or leaves the table. */
  void onProbed(PeerId peer, Probing.Outcome outcome, long nowNanos) {
    if (outcome == Probing.Outcome.SILENT) {
      forget(peer, nowNanos);
    } else if (outcome != Probing.Outcome.UNTRIED && table.contains(peer)) {
      if (hints != null) {
        hints.onHeard(peer, true);
      }
      table.onSeen(peer, IpGroups.NONE, 0, nowNanos);
    }
    upkeep.onProbed(peer, outcome, nowNanos);
    pump(nowNanos);
  }

  /**
   * A connected peer says that it serves our protocol: it is asked, if there is a place for it.
   *
   * @param from where it is connected; null when it is not any more
   */
  void onIdentified(PeerId peer, @Nullable Multiaddr from, long nowNanos) {
    if (table.contains(peer)) {
      table.onSeen(peer, IpGroups.NONE, 0, nowNanos);
    } else if (from != null
        && !closed
        && !calls.isAsking(peer)
        && (table.hasPlaceFor(peer, ipGroups.of(from)) || upkeep.wantsStranger(nowNanos))) {
      outbox.probe(new PeerInfo(peer, List.of()), nowNanos);
    }
  }

  /** Takes the connections to peers that serve our protocol, as asked for. */
  void onLinks(List<Anchors.Link> links, long nowNanos) {
    upkeep.onLinks(links, nowNanos);
    meetStranger(links, nowNanos);
    pump(nowNanos);
  }

  /** One that stays connected is never identified again, and may know another part of the mesh. */
  private void meetStranger(List<Anchors.Link> links, long nowNanos) {
    List<Anchors.Link> strangers =
        links.stream().filter(link -> !table.contains(link.peer())).toList();
    if (!strangers.isEmpty()) {
      Anchors.Link link = strangers.get(random.nextInt(strangers.size()));
      onIdentified(link.peer(), link.remote(), nowNanos);
    }
  }

  /**
   * A peer answered; an answer to something else than what was asked counts as none.
   *
   * @param from the address at which it did; null when it is not connected any more. Then it does
   *     not enter the table, or whoever hangs up in time would be in no IP group
   */
  void onAnswer(Call call, KadMessage answer, @Nullable Multiaddr from, long nowNanos) {
    long tookNanos = calls.onAnswered(call, nowNanos);
    if (hints != null) {
      hints.onHeard(call.peer(), table.contains(call.peer()));
    }
    int group = from == null ? IpGroups.UNKNOWN : ipGroups.of(from);
    if (fits(call, answer, group, nowNanos)) {
      if (from != null || table.contains(call.peer())) {
        table.onSeen(call.peer(), group, tookNanos, nowNanos);
      }
      if (call.search() == Call.PROBE) {
        upkeep.onNamed(answer.closer(), nowNanos);
      }
    } else {
      onSilent(call.peer(), nowNanos);
    }
    pump(nowNanos);
  }

  private void onSilent(PeerId peer, long nowNanos) {
    if (forget(peer, nowNanos)) {
      upkeep.onGone(nowNanos);
    }
  }

  /** Takes a peer for gone; returns whether it was in the table. */
  private boolean forget(PeerId peer, long nowNanos) {
    boolean wasInTable = table.contains(peer);
    if (hints != null) {
      hints.onSilent(peer, wasInTable, nowNanos);
    }
    table.onSilent(peer);
    return wasInTable;
  }

  /** Hands an event to the hints; ignored when there are none. */
  void hint(MachineDriver.Input<Hints> input, long nowNanos) {
    if (hints != null && !closed) {
      input.into(hints, nowNanos);
      pump(nowNanos);
    }
  }

  private boolean fits(Call call, KadMessage answer, int group, long nowNanos) {
    if (call.isPut()) {
      upkeep.ownValues().onEcho(answer);
      return questions.onPutAnswer(call, answer);
    }
    return call.search() == Call.PROBE
        ? answer.type() == KadMessage.Type.FIND_NODE
        : searches.onAnswer(call, answer, group, nowNanos);
  }

  /** A query failed. */
  void onFailure(Call call, Failure how, long nowNanos) {
    if (how == Failure.CONNECTED) {
      searches.onReached(call);
    }
    calls.onFailed(call);
    if (call.isPut()) {
      // Whoever has no room for a value refuses it like this, and is there all the same.
      questions.onPutFailure(call);
    } else {
      if (how != Failure.UNASKED) {
        onSilent(call.peer(), nowNanos);
      }
      searches.onFailure(call, how, nowNanos);
    }
    pump(nowNanos);
  }

  /** Answers a request of a peer connected at an address; see {@link KademliaServer}. */
  KademliaServer.Reply onRequest(
      PeerId from, @Nullable Multiaddr at, KadMessage request, long nowNanos) {
    return server.onRequest(from, at, ipGroups.ofSender(at), request, nowNanos);
  }

  /**
   * Searches for a peer.
   *
   * @param ticket names the search in its {@link KademliaOutput.PeerFound}
   * @param known addresses at which the peer was once; it is asked there first
   */
  void findPeer(long ticket, PeerId peer, List<Multiaddr> known, long nowNanos) {
    questions.findPeer(ticket, peer, known, nowNanos);
    pump(nowNanos);
  }

  /** Searches for providers; the ticket names it in its {@link KademliaOutput.ProvidersFound}. */
  void findProviders(long ticket, Bytes key, int peersMax, long nowNanos) {
    questions.findProviders(ticket, key, peersMax, nowNanos);
    pump(nowNanos);
  }

  /**
   * Searches for the value of a key.
   *
   * @param ticket names the search in its {@link KademliaOutput.ValueFound}
   * @param quorum how many values end the search
   */
  void findValue(long ticket, Bytes key, int quorum, long nowNanos) {
    questions.findValue(ticket, key, quorum, nowNanos);
    pump(nowNanos);
  }

  /**
   * Puts a valid value where it belongs, again and again; returns false when this was the only
   * time, for there are too many already.
   *
   * @param ticket names it in its {@link KademliaOutput.ValuePut}
   */
  boolean putValue(long ticket, Bytes key, Bytes value, long nowNanos) {
    boolean isNew = questions.putValue(ticket, key, value, nowNanos);
    boolean isRepeated = !isNew || upkeep.ownValues().add(key, value, nowNanos);
    pump(nowNanos);
    return isRepeated;
  }

  /** A value that this peer put is not put again. */
  void withdrawValue(Bytes key) {
    upkeep.ownValues().withdraw(key);
  }

  /** Begins to announce a key; returns false when there are too many already. */
  boolean announce(Bytes key, long nowNanos) {
    boolean taken = upkeep.announce(key, nowNanos);
    pump(nowNanos);
    return taken;
  }

  void withdraw(Bytes key) {
    upkeep.withdraw(key);
  }

  /** Ends every search with what it has; nothing is started any more. */
  void close(long nowNanos) {
    closed = true;
    upkeep.close();
    if (hints != null) {
      hints.close();
    }
    questions.close();
    searches.stopAll();
    pump(nowNanos);
  }

  RoutingTable table() {
    return table;
  }

  @Nullable Hints hints() {
    return hints;
  }

  Upkeep upkeep() {
    return upkeep;
  }

  DhtStatistics statistics(long queriesSent) {
    DhtStatistics statistics = questions.statistics(table.size(), size.value(), queriesSent);
    return hints == null ? statistics : statistics.withHints(hints.size(), hints.bytesSent());
  }

  @Override
  public void onTimeout(long nowNanos) {
    store.expire(nowNanos);
    values.expire(nowNanos);
    searches.onTimeout(nowNanos);
    upkeep.onTimeout(nowNanos);
    if (hints != null) {
      hints.onTimeout(nowNanos);
    }
    pump(nowNanos);
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public @Nullable KademliaOutput poll() {
    return outbox.poll();
  }

  /** Passes on what the parts put out, until all are quiet. */
  private void pump(long nowNanos) {
    upkeep.onTable(nowNanos);
    boolean more = true;
    while (more) {
      more = Upkeep.drain(searches, next -> perform(next, nowNanos));
      more |= upkeep.pump(nowNanos);
      more |= hints != null && Upkeep.drain(hints, next -> perform(next, nowNanos));
    }
    long hintsNanos = hints == null ? NEVER : hints.deadlineNanos();
    long nextNanos = Math.min(searches.deadlineNanos(), upkeep.deadlineNanos());
    deadlineNanos = closed ? NEVER : Math.min(nextNanos, hintsNanos);
  }

  private void perform(Hints.Output output, long nowNanos) {
    if (output instanceof Hints.Output.Probe probe) {
      outbox.probe(probe.peer(), nowNanos);
    } else {
      outbox.add(new KademliaOutput.Hint(output));
    }
  }

  private void perform(Searches.Output output, long nowNanos) {
    if (output instanceof Searches.Output.Ask ask) {
      outbox.ask(ask.call(), ask.peer(), ask.request(), nowNanos);
      questions.onAsked(ask.search(), ask.peer(), nowNanos);
      upkeep.onAsked(ask.search(), ask.peer().peerId());
    } else if (output instanceof Searches.Output.Cancel cancel) {
      cancel(cancel.call(), cancel.reason(), nowNanos);
    } else if (output instanceof Searches.Output.Done done) {
      if (done.search().purpose().isForApplication()) {
        questions.onDone(done.search(), done.nearest(), nowNanos);
      } else {
        upkeep.onDone(done.search(), done.nearest(), nowNanos);
      }
    } else {
      throw new AssertionError(output);
    }
  }

  private void cancel(Call call, Lookup.Reason reason, long nowNanos) {
    if (reason == Lookup.Reason.SLOW && !closed && calls.mayGoOn(call)) {
      return;
    }
    if (reason == Lookup.Reason.SILENT) {
      onSilent(call.peer(), nowNanos);
      upkeep.onTable(nowNanos);
    }
    calls.onFailed(call);
    outbox.add(new KademliaOutput.Cancel(call));
  }
}
