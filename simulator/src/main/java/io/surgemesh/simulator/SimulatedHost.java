package io.surgemesh.simulator;

import io.surgemesh.host.AutoNat;
import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.ConnectionTrimmer;
import io.surgemesh.host.Host;
import io.surgemesh.host.Identify;
import io.surgemesh.host.PeerArchive;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Peerstore;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Reachability;
import io.surgemesh.host.ReachabilityListener;
import io.surgemesh.host.RecordNumbers;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamAcceptor;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.NoiseStatic;
import io.surgemesh.session.Yamux;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node of a {@link SimulatedNetwork}, as a {@link Host}.
 *
 * <p>Confined to the thread of its network. All of its connections share its one loop. Futures
 * complete inside that loop's events only, never in the call that returns them.
 */
public final class SimulatedHost implements Host {
  private static final String AGENT_VERSION = "surgemesh/simulated";
  private static final long NEXT_LIFE = -1;

  private final SimulatedNetwork network;
  private final int index;
  private final long seed;
  private final KeyPair key;
  private final Multiaddr address;
  private final List<Multiaddr> addresses;
  private final VirtualLoop loop;
  private final Identify identify;
  private final Peerstore peerstore;
  private final Map<ProtocolId, StreamAcceptor> acceptors = new OrderedMap<>();
  private @Nullable List<ProtocolId> protocols;
  private final ConnectionTrimmer trimmer;
  private final AutoNat autoNat;

  // Bounded by the connections that the nodes' code makes, as are the dials under way.
  private final PeerTable<ConnectionEnd> peers = new PeerTable<>();
  private final PeerEvents events = new PeerEvents(peers);
  private final List<ConnectionEnd> paired = new ArrayList<>();
  private final DialTable dials = new DialTable(this);
  private boolean listening = true;
  private @Nullable NoiseStatic noise;

  SimulatedHost(SimulatedNetwork network, int index, long seed, KeyPair key, Multiaddr address) {
    this.network = network;
    this.index = index;
    this.seed = seed;
    this.key = key;
    this.address = address;
    this.addresses = List.of(address);
    this.loop = new VirtualLoop(network.time(), index);
    this.peerstore = new Peerstore(loop::nowNanos);
    this.trimmer = new ConnectionTrimmer(network.config().connections());
    RecordNumbers numbers = new RecordNumbers(loop::wallNow, PeerArchive.none());
    this.identify =
        new Identify(this, key, network.signatures(), AGENT_VERSION, this::protocols, numbers);
    this.autoNat = new AutoNat(this, network.config().autoNat(), random("reachability"));
  }

  /** Returns the host of this node's next life, to which its clocks and its slowness go over. */
  SimulatedHost reborn() {
    SimulatedHost next = new SimulatedHost(network, index, Mix.mix(seed, NEXT_LIFE), key, address);
    loop.moveTo(next.loop);
    return next;
  }

  /** Answers identify and ping, as every libp2p host does, and begins with AutoNAT if it is on. */
  void serve() {
    identify.serve(events::identified);
    Ping.serve(this);
    autoNat.start();
  }

  /** Returns the number of this node in its network. */
  public int index() {
    return index;
  }

  /** Returns this node's key. */
  public KeyPair key() {
    return key;
  }

  /** Returns this node's address with its identity, as others would be given it to join by. */
  public Multiaddr dialAddress() {
    return address.withPeerId(key.peerId().bytes());
  }

  /**
   * Returns a new generator that depends on the network's seed, this node, how often it was
   * restarted, and {@code purpose} only.
   */
  public RandomGenerator random(String purpose) {
    return new SplittableRandom(Mix.mix(seed, purpose.hashCode()));
  }

  /**
   * Returns what a part of the public mesh is started with on this node, such as its routing.
   *
   * @param purpose of its randomness, as of {@link #random}
   */
  public MeshContext meshContext(String purpose) {
    return new MeshContext(
        this, MeshName.PUBLIC, key, network.signatures(), wallClock(), random(purpose));
  }

  /** Returns this node's clocks, which show virtual time until they are told otherwise. */
  public NodeClock clock() {
    return loop.clock();
  }

  /** Returns how fast this node is: no event takes it time until it is told otherwise. */
  public NodePace pace() {
    return loop.pace();
  }

  /** Returns what this node's wall clock shows. */
  public InstantSource wallClock() {
    return loop::wallNow;
  }

  @Override
  public PeerId peerId() {
    return key.peerId();
  }

  Multiaddr address() {
    return address;
  }

  @Override
  public List<Multiaddr> addresses() {
    return addresses;
  }

  @Override
  public List<Multiaddr> observedAddresses() {
    return identify.observedAddresses();
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public Peerstore peerstore() {
    return peerstore;
  }

  @Override
  public void handle(ProtocolId protocol, StreamAcceptor acceptor) {
    acceptors.put(protocol, acceptor);
    protocols = null;
    identify.changed();
  }

  @Override
  public void unhandle(ProtocolId protocol) {
    acceptors.remove(protocol);
    protocols = null;
    identify.changed();
  }

  @Override
  public void addListener(ConnectionListener listener) {
    loop.execute(() -> events.add(listener));
  }

  @Override
  public void addGuard(Predicate<PeerId> isNeeded) {
    trimmer.addGuard(isNeeded);
  }

  @Override
  public boolean protect(PeerId peer, String tag) {
    return trimmer.protect(peer, tag);
  }

  @Override
  public void unprotect(PeerId peer, String tag) {
    trimmer.unprotect(peer, tag);
  }

  @Override
  public Set<PeerId> connectedPeers() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(peers.connected()));
  }

  @Override
  public CompletableFuture<Connection> connect(PeerId peer) {
    return dials.connect(peer, peers.first(peer));
  }

  @Override
  public CompletableFuture<Connection> connect(Multiaddr dialled) {
    PeerId expected = DialTable.peerOf(dialled);
    return dials.connect(dialled, expected, expected == null ? null : peers.first(expected));
  }

  @Override
  public boolean isConnected(PeerId peer) {
    return peers.first(peer) != null;
  }

  @Override
  public Optional<Connection> connection(PeerId peer) {
    return Optional.ofNullable(peers.first(peer));
  }

  @Override
  public CompletableFuture<Stream> open(PeerId peer, ProtocolId protocol, StreamListener listener) {
    ConnectionEnd present = peers.first(peer);
    return present == null
        ? connect(peer).thenCompose(connection -> connection.open(protocol, listener))
        : present.open(protocol, listener);
  }

  @Override
  public CompletableFuture<Stream> openEagerly(
      PeerId peer, ProtocolId protocol, StreamListener listener) {
    ConnectionEnd present = peers.first(peer);
    return present == null
        ? connect(peer).thenCompose(connection -> connection.openEagerly(protocol, listener))
        : present.openEagerly(protocol, listener);
  }

  @Override
  public CompletableFuture<Multiaddr> dialBack(PeerInfo peer) {
    return Dial.back(this, peer);
  }

  @Override
  public Reachability reachability() {
    return autoNat.present();
  }

  @Override
  public void addReachabilityListener(ReachabilityListener added) {
    autoNat.addListener(added);
  }

  @Override
  public void disconnect(PeerId peer) {
    connectionsTo(peer).forEach(ConnectionEnd::close);
  }

  /** Stops listening, closes every connection and fails dials under way, without waiting. */
  @Override
  public void close() {
    if (!listening) {
      return;
    }
    listening = false;
    everyConnection().forEach(ConnectionEnd::close);
    dials.close();
    autoNat.close();
  }

  @Override
  public String toString() {
    return "node " + index + " " + peerId();
  }

  VirtualLoop virtualLoop() {
    return loop;
  }

  SimulatedNetwork network() {
    return network;
  }

  boolean isListening() {
    return listening;
  }

  /** Returns the key of this node's handshakes, made when there is the first one at byte level. */
  NoiseStatic noise() {
    if (noise == null) {
      noise = NoiseStatic.create(key, List.of(Yamux.PROTOCOL), random("noise"));
    }
    return noise;
  }

  @Nullable StreamAcceptor acceptor(ProtocolId protocol) {
    return acceptors.get(protocol);
  }

  private List<ProtocolId> protocols() {
    List<ProtocolId> sorted = protocols;
    if (sorted == null) {
      sorted = acceptors.keySet().stream().sorted().toList();
      protocols = sorted;
    }
    return sorted;
  }

  /** Returns the connections to a peer that are ready; a copy. */
  List<ConnectionEnd> connectionsTo(PeerId peer) {
    return peers.all(peer);
  }

  /** Returns the connections with a node, ready or not. */
  List<ConnectionEnd> everyConnectionWith(int node) {
    return everyConnection().stream()
        .filter(connection -> connection.remoteIndex() == node)
        .toList();
  }

  void crash() {
    listening = false;
    loop.stop();
    everyConnection().forEach(ConnectionEnd::crash);
    peers.clear();
    paired.clear();
  }

  /** Takes note of a connection that is not ready yet. */
  void onPaired(ConnectionEnd connection) {
    paired.add(connection);
  }

  /** Makes a connection available: listeners are told, and the peer is asked what it speaks. */
  void onReady(ConnectionEnd connection) {
    paired.remove(connection);
    if (!connection.isOpen()) {
      return;
    }
    PeerId peer = connection.remotePeer();
    network
        .trace()
        .record(network.time().nowNanos(), connection.remoteIndex(), index, TraceKind.CONNECT, 0);
    peers.add(connection);
    connection.used();
    events.announce(peer);
    trim();
    identify.identify(connection);
  }

  void onConnectionGone(ConnectionEnd connection) {
    if (paired.remove(connection)) {
      return;
    }
    PeerId peer = connection.remotePeer();
    if (peers.remove(connection)) {
      loop.execute(() -> events.announce(peer));
    }
  }

  private void trim() {
    trimmer.surplus(peers.size(), this::candidates, loop.nowNanos()).forEach(this::disconnect);
  }

  private List<ConnectionLimits.Candidate> candidates() {
    List<ConnectionLimits.Candidate> candidates = new ArrayList<>(peers.size());
    peers.forEach((peer, open) -> candidates.add(open.candidate()));
    return candidates;
  }

  /** Returns the connections with every node, ready or not; a copy. */
  List<ConnectionEnd> everyConnection() {
    List<ConnectionEnd> all = new ArrayList<>(paired);
    all.addAll(peers.all());
    return all;
  }
}
