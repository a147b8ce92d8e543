package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;

/**
 * What the application asks of the DHT, each question answered with one output that names its
 * ticket.
 *
 * <p>At most {@link DhtConfig#searchesMax()} are open at once; a further one is answered at once
 * with what this peer knows itself, as is every one after {@link #close}. As many values are on
 * their way at most; beyond that nobody is corrected.
 *
 * <p>A value is sent while the search for those who are to hold it still runs: at once to whoever
 * is asked and so near to the key that, by the network's size, it should be one of them. The
 * question is answered when most have taken it; the rest follows in the background (Optimistic
 * Provide, Trautwein and others, 2024).
 */
final class Questions {
  /** Once so many quarters of k peers hold a value, it counts as put (as in Optimistic Provide). */
  private static final int ENOUGH_PARTS = 3;

  private final PeerId self;
  private final DhtConfig config;
  private final Validators validators;
  private final SearchStart start;
  private final ProviderStore providers;
  private final ValueStore values;
  private final Puts puts;
  private final SearchTally tally = new SearchTally();
  private final Outbox outbox;
  private int open;
  private boolean closed;

  Questions(
      PeerId self,
      DhtConfig config,
      SearchStart start,
      ProviderStore providers,
      ValueStore values,
      Puts puts,
      Outbox outbox) {
    this.self = self;
    this.config = config;
    this.validators = values.validators();
    this.start = start;
    this.providers = providers;
    this.values = values;
    this.puts = puts;
    this.outbox = outbox;
  }

  void findPeer(long ticket, PeerId peer, List<Multiaddr> known, long nowNanos) {
    if (peer.equals(self) || !mayAsk()) {
      outbox.add(new KademliaOutput.PeerFound(ticket, Optional.empty()));
      return;
    }
    open++;
    List<PeerInfo> first = known.isEmpty() ? List.of() : List.of(new PeerInfo(peer, known));
    Search.Purpose purpose = new Search.Purpose.FindPeer(ticket, peer);
    start.search(purpose, peer.bytes(), first, nowNanos);
  }

  void findProviders(long ticket, Bytes key, int peersMax, long nowNanos) {
    List<PeerInfo> known = providers.sample(key, peersMax, nowNanos);
    if (!mayAsk()) {
      outbox.add(new KademliaOutput.ProvidersFound(ticket, known));
      return;
    }
    open++;
    int groupMax = config.ipGroups(true).peersMax();
    boolean endsEarly = config.rules() == SearchRules.PLAIN;
    ProviderAnswers answers =
        new ProviderAnswers(Key.of(key), start.regionWord(), peersMax, groupMax, endsEarly);
    answers.add(self, known, IpGroups.NONE, self);
    Search.Purpose purpose = new Search.Purpose.FindProviders(ticket, answers);
    start.search(purpose, key, List.of(), nowNanos);
  }

  void findValue(long ticket, Bytes key, int quorum, long nowNanos) {
    ValueAnswers answers = new ValueAnswers(key, quorum, validators);
    answers.add(self, values.find(key, nowNanos).map(held -> ValueRecord.of(key, held.value())));
    if (!mayAsk() || answers.hasQuorum() || !validators.isKnown(key)) {
      outbox.add(new KademliaOutput.ValueFound(ticket, answers.best()));
      return;
    }
    open++;
    start.search(new Search.Purpose.FindValue(ticket, answers), key, List.of(), nowNanos);
  }

  /**
   * Keeps a valid value, and finds those who are to keep it too, unless too much is being asked;
   * returns whether no better one is known here.
   */
  boolean putValue(long ticket, Bytes key, Bytes value, long nowNanos) {
    boolean isBest = !closed && keep(key, value, nowNanos);
    if (!mayAsk()) {
      outbox.add(new KademliaOutput.ValuePut(ticket, 0));
      return isBest;
    }
    open++;
    long region = start.regionWord();
    int enough = region == 0 ? Integer.MAX_VALUE : (ENOUGH_PARTS * config.k() + 3) / 4;
    long number = puts.start(ticket, value, enough);
    Search.Purpose purpose = new Search.Purpose.PutValue(number, value, region);
    start.search(purpose, key, List.of(), nowNanos);
    return isBest;
  }

  /** A search asks a peer: one near enough is sent the value at once. */
  void onAsked(Search search, PeerInfo peer, long nowNanos) {
    KadMessage request = search.request();
    if (search.purpose() instanceof Search.Purpose.PutValue wanted
        && wanted.isNear(request.target(), peer.peerId())) {
      send(wanted.put(), ValueRecord.of(request.key(), wanted.value()), peer, nowNanos);
    }
  }

  /** A search of the application is over; answers, or goes on to tell peers of a value. */
  void onDone(Search search, List<PeerInfo> nearest, long nowNanos) {
    tally.onOver(search.lookup());
    Bytes key = search.request().key();
    Search.Purpose purpose = search.purpose();
    if (purpose instanceof Search.Purpose.FindPeer wanted) {
      answer(new KademliaOutput.PeerFound(wanted.ticket(), search.lookup().heardOf(wanted.peer())));
    } else if (purpose instanceof Search.Purpose.FindProviders wanted) {
      answer(new KademliaOutput.ProvidersFound(wanted.ticket(), wanted.answers().best()));
    } else if (purpose instanceof Search.Purpose.FindValue wanted) {
      answer(new KademliaOutput.ValueFound(wanted.ticket(), wanted.answers().best()));
      wanted.answers().best().ifPresent(best -> correct(key, best, wanted, nearest, nowNanos));
    } else if (purpose instanceof Search.Purpose.PutValue wanted) {
      put(wanted.put(), ValueRecord.of(key, wanted.value()), nearest, nowNanos);
    } else {
      throw new AssertionError(purpose);
    }
  }

  /** Sends the best value to those that should hold it (libp2p kad-dht r2, Entry correction). */
  private void correct(
      Bytes key,
      Bytes best,
      Search.Purpose.FindValue wanted,
      List<PeerInfo> nearest,
      long nowNanos) {
    // The same value once more would only live longer.
    if (values.find(key, nowNanos).filter(held -> !held.value().equals(best)).isPresent()) {
      keep(key, best, nowNanos);
    }
    if (puts.size() < config.searchesMax()) {
      List<PeerInfo> wrong = wanted.answers().toCorrect(nearest, config.k());
      long number = puts.start(Puts.CORRECTION, best, Integer.MAX_VALUE);
      put(number, ValueRecord.of(key, best), wrong, nowNanos);
    }
  }

  /** Keeps a value as far as there is room; returns false when a better one is held. */
  private boolean keep(Bytes key, Bytes value, long nowNanos) {
    ValueStore.Outcome outcome = values.put(key, value, self, nowNanos);
    if (outcome == ValueStore.Outcome.KEPT) {
      outbox.keepValue(self, key, values, nowNanos);
    }
    return outcome != ValueStore.Outcome.WORSE;
  }

  /** Sends a value to those of some peers that were not sent it yet; there will be no others. */
  private void put(long number, ValueRecord record, List<PeerInfo> peers, long nowNanos) {
    if (!closed) {
      peers.forEach(peer -> send(number, record, peer, nowNanos));
    }
    puts.complete(number);
    answerPuts();
  }

  private void send(long number, ValueRecord record, PeerInfo peer, long nowNanos) {
    if (puts.add(number, peer.peerId())) {
      Call call = new Call(number, peer.peerId());
      outbox.ask(call, peer, KadMessage.put(record), nowNanos);
    }
  }

  /** Takes an answer to a value put; returns false when it answers something else. */
  boolean onPutAnswer(Call call, KadMessage answer) {
    boolean fits = puts.onAnswer(call, answer);
    answerPuts();
    return fits;
  }

  /** A value could not be put. */
  void onPutFailure(Call call) {
    puts.onFailure(call);
    answerPuts();
  }

  /** Nothing is asked any more; values on their way count as far as they came. */
  void close() {
    closed = true;
    puts.stopAll();
    answerPuts();
  }

  DhtStatistics statistics(int tablePeers, Optional<NetworkSize> size, long queriesSent) {
    return tally.statistics(tablePeers, size, queriesSent);
  }

  private void answerPuts() {
    for (Puts.Over over = puts.poll(); over != null; over = puts.poll()) {
      if (over.ticket() != Puts.CORRECTION) {
        answer(new KademliaOutput.ValuePut(over.ticket(), over.peers()));
      }
    }
  }

  private boolean mayAsk() {
    return !closed && open + puts.goingOn() < config.searchesMax();
  }

  private void answer(KademliaOutput output) {
    open--;
    outbox.add(output);
  }
}
