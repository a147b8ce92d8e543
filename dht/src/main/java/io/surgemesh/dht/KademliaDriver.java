package io.surgemesh.dht;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Peerstore;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs what {@link Kademlia} puts out, on a host; everything but {@link #serving} runs on its
 * mesh loop.
 */
final class KademliaDriver implements ConnectionListener {
  private static final Logger LOG = LoggerFactory.getLogger(KademliaDriver.class);

  /** What connections are protected for. */
  private static final String ANCHOR = "dht anchor";

  private final Host host;
  private final Whereabouts whereabouts;
  private final Recollection recollection;
  private final Loop loop;
  private final ProtocolId protocol;
  private final KeptRecords records;
  private final Announcements announcements;
  private final MachineDriver<Kademlia, KademliaOutput> driver;
  private final Queries queries;
  private final HintsDriver hints;
  private final Serving serving;
  private final CompletableFuture<Integer> joined = new CompletableFuture<>();
  private final Tickets<Optional<PeerInfo>> peerSearches = new Tickets<>();
  private final Tickets<List<PeerInfo>> providerSearches = new Tickets<>();
  private final Tickets<Optional<Bytes>> valueSearches = new Tickets<>();
  private final Tickets<Integer> puts = new Tickets<>();
  private @Nullable Multiaddr dialedLast;
  private boolean closed;

  KademliaDriver(
      MeshContext context,
      ProtocolId protocol,
      DhtConfig config,
      Kademlia machine,
      KeptRecords records) {
    this.host = context.host();
    this.whereabouts = new Whereabouts(host);
    this.recollection = new Recollection(host, protocol);
    this.loop = host.loop();
    this.protocol = protocol;
    this.records = records;
    this.announcements = new Announcements(host, whereabouts, protocol, config.queryTimeout());
    this.driver = new MachineDriver<>(loop, machine, this::perform, this::onBug);
    this.queries = new Queries(host, protocol, config.queryTimeout(), driver::input);
    this.hints =
        new HintsDriver(
            context, input -> driver.input((kademlia, now) -> kademlia.hint(input, now)));
    this.serving = new Serving(host, this::beginServing, this::endServing);
  }

  private void beginServing() {
    Exchange.serve(host, protocol, KadCodec.INSTANCE, KadCodec.MESSAGE_BYTES_MAX, this::respond);
    hints.serve(hints());
  }

  private void endServing() {
    host.unhandle(protocol);
    hints.unserve();
  }

  /** Returns what begins to answer requests, before {@link #start}; from any thread. */
  Serving serving() {
    return serving;
  }

  void start() {
    host.addListener(this);
    recall();
    driver.input(Kademlia::start);
    hints.start(serving.isOn());
  }

  /** Takes back what this peer held for others in an earlier life, once that is read. */
  void restore() {
    records.load(
        loop, restored -> driver.input((machine, now) -> machine.onRestored(restored, now)));
  }

  private void recall() {
    List<Multiaddr> remembered = recollection.addresses();
    driver.input((machine, now) -> machine.onRemembered(remembered));
  }

  void assume(List<MetPeer> met, List<HintedPeer> hinted) {
    List<ProtocolId> protocols = List.of(protocol);
    met.forEach(peer -> peer.remember(host.peerstore(), protocols));
    driver.input((machine, now) -> machine.onAssumed(met, hinted, now));
  }

  void setSource(Supplier<List<PeerInfo>> known) {
    recollection.setSource(known);
  }

  CompletableFuture<Integer> joined() {
    return joined;
  }

  void findPeer(PeerId peer, CompletableFuture<Optional<PeerInfo>> result) {
    if (peer.equals(host.peerId())) {
      result.complete(Optional.empty());
      return;
    }
    List<Multiaddr> known = host.peerstore().addresses(peer);
    if (closed || host.isConnected(peer)) {
      result.complete(closed ? Optional.empty() : Optional.of(new PeerInfo(peer, known)));
      return;
    }
    CompletableFuture<Optional<PeerInfo>> search = new CompletableFuture<>();
    CompletableFuture<Optional<PeerInfo>> unused =
        search.whenComplete(
            (found, bug) -> {
              if (bug == null) {
                result.complete(orConnected(peer, found));
              } else {
                result.completeExceptionally(bug);
              }
            });
    long ticket = peerSearches.add(search);
    driver.input((machine, now) -> machine.findPeer(ticket, peer, known, now));
  }

  /**
   * One that does not serve the DHT answers no query, but a connection was had to it all the same.
   */
  private Optional<PeerInfo> orConnected(PeerId peer, Optional<PeerInfo> found) {
    return found.isEmpty() && host.isConnected(peer)
        ? Optional.of(host.peerstore().info(peer))
        : found;
  }

  void findProviders(Bytes key, int peersMax, CompletableFuture<List<PeerInfo>> result) {
    if (closed) {
      result.complete(List.of());
      return;
    }
    long ticket = providerSearches.add(result);
    driver.input((machine, now) -> machine.findProviders(ticket, key, peersMax, now));
  }

  void findValue(Bytes key, int quorum, CompletableFuture<Optional<Bytes>> result) {
    if (closed) {
      result.complete(Optional.empty());
      return;
    }
    long ticket = valueSearches.add(result);
    driver.input((machine, now) -> machine.findValue(ticket, key, quorum, now));
  }

  void putValue(Bytes key, Bytes value, CompletableFuture<Integer> result) {
    if (closed) {
      result.complete(0);
      return;
    }
    long ticket = puts.add(result);
    driver.input(
        (machine, now) -> {
          if (!machine.putValue(ticket, key, value, now)) {
            LOG.warn("put once: {} values are put again already", Announcer.KEYS_MAX);
          }
        });
  }

  void withdrawValue(Bytes key) {
    driver.input((machine, now) -> machine.withdrawValue(key));
  }

  void announce(Bytes key) {
    driver.input(
        (machine, now) -> {
          if (!machine.announce(key, now)) {
            LOG.warn("not announced: {} capabilities are announced already", Announcer.KEYS_MAX);
          }
        });
  }

  void withdraw(Bytes key) {
    driver.input((machine, now) -> machine.withdraw(key));
  }

  void close() {
    if (closed) {
      return;
    }
    driver.input(Kademlia::close);
    driver.stop();
    closed = true;
    joined.completeExceptionally(new MeshException.Closed());
    queries.close();
  }

  DhtStatistics statistics() {
    return driver.machine().statistics(queries.sent());
  }

  /** Returns how many queries were sent so far. */
  long queriesSent() {
    return queries.sent();
  }

  /** Returns the routing table, for what tests look at. */
  RoutingTable table() {
    return driver.machine().table();
  }

  @Nullable Hints hints() {
    return driver.machine().hints();
  }

  @Override
  public void onConnected(PeerId peer) {
    // A peer counts once we know that it serves our protocol.
  }

  @Override
  public void onDisconnected(PeerId peer) {
    // Being reachable counts, not being connected.
  }

  @Override
  public void onIdentified(PeerId peer) {
    if (serves(peer)) {
      Multiaddr from = host.remoteAddress(peer).orElse(null);
      driver.input((machine, now) -> machine.onIdentified(peer, from, now));
    } else if (table().contains(peer)) {
      // It does not serve any more.
      driver.input((machine, now) -> machine.onProbed(peer, Probing.Outcome.SILENT, now));
    }
  }

  private boolean serves(PeerId peer) {
    return host.peerstore().protocols(peer).contains(protocol);
  }

  private @Nullable KadMessage respond(PeerId from, KadMessage message)
      throws MalformedMessageException {
    Multiaddr at = host.remoteAddress(from).orElse(null);
    KademliaRequest request = new KademliaRequest(from, at, message);
    driver.input(request);
    if (request.reply() instanceof KademliaServer.Reply.Answer answer) {
      return KadCodec.fitted(whereabouts.filledIn(answer, from));
    }
    if (request.reply() instanceof KademliaServer.Reply.Silent) {
      return null;
    }
    throw new MalformedMessageException("refused: " + request.reply());
  }

  private void perform(KademliaOutput output) {
    if (output instanceof KademliaOutput.Ask ask) {
      queries.ask(ask);
    } else if (output instanceof KademliaOutput.Cancel cancel) {
      queries.cancel(cancel.call());
    } else if (output instanceof KademliaOutput.Probe probe) {
      probe(probe.peer());
    } else if (output instanceof KademliaOutput.Anchor anchor) {
      perform(anchor.output());
    } else if (output instanceof KademliaOutput.Dial dial) {
      dial(dial.address());
    } else if (output instanceof KademliaOutput.Recall) {
      recall();
    } else if (output instanceof KademliaOutput.Announce announce) {
      announcements.tell(announce.peer(), announce.keys());
    } else if (output instanceof KademliaOutput.Hint hint) {
      hints.perform(hint.output());
    } else if (output instanceof KademliaOutput.Keep taken) {
      records.save(taken.sender(), taken.message());
    } else if (output instanceof KademliaOutput.KeepOwn own) {
      records.keepOwn(host.peerId(), own.key(), own.value());
    } else if (output instanceof KademliaOutput.PeerFound found) {
      peerSearches.complete(found.ticket(), found.peer().map(this::withKnown));
    } else if (output instanceof KademliaOutput.ProvidersFound found) {
      found.providers().forEach(host.peerstore()::add);
      providerSearches.complete(
          found.ticket(), found.providers().stream().map(this::withKnown).toList());
    } else if (output instanceof KademliaOutput.ValueFound found) {
      valueSearches.complete(found.ticket(), found.value());
    } else if (output instanceof KademliaOutput.ValuePut put) {
      puts.complete(put.ticket(), put.peers());
    } else if (output instanceof KademliaOutput.Joined first) {
      joined.complete(first.peers());
    } else if (output instanceof KademliaOutput.JoinFailed) {
      joined.completeExceptionally(
          new MeshException.Unreachable(
              null, dialedLast, MeshException.Unreachable.Reason.CONNECT_FAILED));
    } else {
      throw new AssertionError(output);
    }
  }

  private void perform(Anchors.Output output) {
    if (output instanceof Anchors.Output.Look) {
      look();
    } else if (output instanceof Anchors.Output.Keep keep) {
      // At the bound of what may be protected this one is not; the next look goes on with it.
      host.protect(keep.peer(), ANCHOR);
    } else if (output instanceof Anchors.Output.Release release) {
      host.unprotect(release.peer(), ANCHOR);
    } else if (output instanceof Anchors.Output.Dial dial) {
      probe(dial.peer());
    } else {
      throw new AssertionError(output);
    }
  }

  /** A connection says as much as an answer, and costs less. */
  private void probe(PeerId peer) {
    if (host.isConnected(peer)) {
      driver.input((machine, now) -> machine.onProbed(peer, Probing.Outcome.CONNECTED, now));
      return;
    }
    CompletableFuture<Connection> unused =
        host.connect(peer)
            .whenComplete(
                (connection, failure) -> {
                  Probing.Outcome outcome = outcome(failure);
                  loop.execute(
                      () -> driver.input((machine, now) -> machine.onProbed(peer, outcome, now)));
                });
  }

  private static Probing.Outcome outcome(@Nullable Throwable failure) {
    if (failure == null) {
      return Probing.Outcome.REACHED;
    }
    return Queries.isUnasked(failure) ? Probing.Outcome.UNTRIED : Probing.Outcome.SILENT;
  }

  private void look() {
    if (host.peerstore().size() > Peerstore.PEERS_MAX / 2) {
      // Strangers by the thousand must not put out where the peers of the table are.
      host.peerstore().touchAll(table().all());
    }
    List<Anchors.Link> links = new ArrayList<>();
    for (PeerId peer : host.connectedPeers()) {
      if (serves(peer)) {
        host.connection(peer)
            .map(its -> new Anchors.Link(peer, its.remoteAddress(), its.isOutbound()))
            .ifPresent(links::add);
      }
    }
    driver.input((machine, now) -> machine.onLinks(links, now));
  }

  private void dial(Multiaddr address) {
    dialedLast = address;
    CompletableFuture<Connection> unused =
        host.connect(address)
            .whenComplete(
                (connection, failure) -> loop.execute(() -> onDialed(address, connection)));
  }

  private void onDialed(Multiaddr address, @Nullable Connection connection) {
    if (connection == null) {
      driver.input((machine, now) -> machine.onDialFailed(address, now));
    } else {
      PeerId peer = connection.remotePeer();
      driver.input((machine, now) -> machine.onDialed(address, peer, now));
    }
  }

  private PeerInfo withKnown(PeerInfo heard) {
    return host.peerstore().info(heard.peerId()).merged(heard);
  }

  private void onBug(RuntimeException bug) {
    LOG.error("the DHT stopped because of a bug", bug);
    closed = true;
    joined.completeExceptionally(bug);
    peerSearches.fail(bug);
    providerSearches.fail(bug);
    valueSearches.fail(bug);
    puts.fail(bug);
  }
}
