package io.surgemesh.netty;

import io.netty.channel.Channel;
import io.surgemesh.host.Acquaintances;
import io.surgemesh.host.AutoNat;
import io.surgemesh.host.Connection;
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
import io.surgemesh.host.StreamAcceptor;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A host on TCP sockets: Noise, yamux, identify and ping, with event loops of its own.
 *
 * <p>Dials and listens at {@code /ip4} and {@code /ip6} with {@code /tcp}; dials also {@code /dns},
 * {@code /dns4} and {@code /dns6} with {@code /tcp}, and {@code /dnsaddr}. Each new connection is
 * identified once, by itself; the addresses and protocols learned go to the peerstore. When two
 * peers dial each other at once both connections stay, and new streams use the one that the peer
 * with the lower id dialled.
 */
public final class NettyHost implements Host {
  private static final long CHANNELS_CLOSE_SECONDS = 1;

  private final PeerId peerId;
  private final Acquaintances acquaintances;
  private final NettyLoops loops;
  private final ConnectionSlots slots;
  private final ConnectionEvents events;
  private final ConnectionTable table;
  private final TcpListener listener;
  private final NameResolver resolver;
  private final DialTable dials;
  private final DialBacks dialBacks;
  private final AutoNat autoNat;
  private final Identify identify;
  private final ProtocolTable protocols = new ProtocolTable();
  private final Peerstore peerstore;
  private final ConnectionTrimmer trimmer;
  private final Watch watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NettyHost(NettyHostConfig config, PeerArchive archive, InstantSource wallClock) {
    this.acquaintances = new Acquaintances(this, archive);
    HostIdentity identity = HostIdentity.of(config.keyPair());
    this.peerId = config.keyPair().peerId();
    this.loops = new NettyLoops(config.loops(), config.limits().offloadedMax());
    this.peerstore = new Peerstore(loops.meshLoop()::nowNanos);
    this.slots = new ConnectionSlots(config.limits());
    this.trimmer = new ConnectionTrimmer(config.limits().trimming());
    this.events = new ConnectionEvents(loops.meshLoop());
    this.table = new ConnectionTable(peerId, config.limits(), events);
    this.watch = new Watch(config.metrics(), new MisbehaviourLog(loops.meshLoop()));
    HostScope scope = new HostScope(config.limits());
    SessionContext context =
        new SessionContext(
            protocols,
            config.deadlines(),
            config.limits(),
            scope,
            config.yamux(),
            watch,
            this::onClosed);
    Connector connector = new Connector(identity, table, slots, peerstore, context, this::onReady);
    this.listener = new TcpListener(loops, slots, connector, config.securities(), watch);
    this.resolver = new NameResolver(loops.meshLoop(), config.nameServers());
    SecurityChoice securities = new SecurityChoice(config.securities());
    this.dialBacks =
        new DialBacks(new Dialer<>(loops, slots, connector::prove, config.deadlines(), securities));
    DialAttempt.Means means =
        new DialAttempt.Means(
            loops.meshLoop(),
            new Dialer<>(loops, slots, connector::begin, config.deadlines(), securities),
            resolver,
            new DialHistory(),
            peerstore,
            listener::isOwn,
            watch,
            DialLimits.defaults(),
            config.deadlines().dial().toNanos());
    this.dials = new DialTable(peerId, table, peerstore, means);
    this.identify = newIdentify(config, new RecordNumbers(wallClock, archive));
    this.autoNat = new AutoNat(this, config.autoNat(), new SecureRandom());
    if (config.securities().contains(Security.TLS)) {
      makeTls(identity.tls());
    }
  }

  private Identify newIdentify(NettyHostConfig config, RecordNumbers numbers) {
    return new Identify(
        this,
        config.keyPair(),
        Signatures.ed25519(),
        config.agentVersion(),
        protocols::all,
        numbers);
  }

  /** Before the first handshake needs it; should it fail, that one tries again. */
  private void makeTls(LazyTls tls) {
    loops.meshLoop().offload(tls::get, (made, failure) -> {});
  }

  /**
   * Starts a host with its threads; blocks until it listens everywhere it was told to.
   *
   * @throws MeshException when it cannot listen at an address, which is in use or not of this
   *     machine: the socket's error is the cause, and nothing is left running
   */
  public static NettyHost start(NettyHostConfig config) throws MeshException {
    return start(config, PeerArchive.none());
  }

  /**
   * Starts a host as {@link #start(NettyHostConfig)} does, which knows the peers of an archive and
   * keeps there whom it meets.
   *
   * @param archive closed by the caller, after the host
   */
  public static NettyHost start(NettyHostConfig config, PeerArchive archive) throws MeshException {
    return start(config, archive, InstantSource.system());
  }

  static NettyHost start(NettyHostConfig config, PeerArchive archive, InstantSource wallClock)
      throws MeshException {
    NettyHost host = new NettyHost(config, archive, wallClock);
    for (PeerArchive.Acquaintance known : archive.load()) {
      PeerInfo info = known.info();
      host.peerstore.addAddresses(info.peerId(), info.addresses());
      host.peerstore.setProtocols(info.peerId(), known.protocols());
    }
    host.acquaintances.start();
    try {
      for (Multiaddr address : config.listen()) {
        host.listener.listen(address);
      }
    } catch (MeshException refused) {
      host.close();
      throw refused;
    }
    host.identify.serve(host.events::identified);
    Ping.serve(host);
    host.autoNat.start();
    return host;
  }

  @Override
  public PeerId peerId() {
    return peerId;
  }

  @Override
  public List<Multiaddr> addresses() {
    return listener.announced();
  }

  NettyLoop meshLoop() {
    return loops.meshLoop();
  }

  @Override
  public List<Multiaddr> observedAddresses() {
    return identify.observedAddresses();
  }

  @Override
  public Loop loop() {
    return loops.meshLoop();
  }

  @Override
  public Peerstore peerstore() {
    return peerstore;
  }

  @Override
  public void handle(ProtocolId protocol, StreamAcceptor acceptor) {
    protocols.put(protocol, acceptor);
    identify.changed();
  }

  @Override
  public void unhandle(ProtocolId protocol) {
    protocols.remove(protocol);
    identify.changed();
  }

  @Override
  public void addListener(ConnectionListener added) {
    events.add(added);
  }

  @Override
  public void addGuard(Predicate<PeerId> isNeeded) {
    loops.meshLoop().execute(() -> trimmer.addGuard(isNeeded));
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
    return table.peers();
  }

  @Override
  public boolean isConnected(PeerId peer) {
    return table.preferred(peer) != null;
  }

  @Override
  public Optional<Connection> connection(PeerId peer) {
    return Optional.ofNullable(table.preferred(peer));
  }

  /** Returns how many connections there are to a peer. */
  int connections(PeerId peer) {
    return table.all(peer).size();
  }

  @Override
  public CompletableFuture<Connection> connect(PeerId peer) {
    return dials.connect(peer, List.of());
  }

  @Override
  public CompletableFuture<Connection> connect(Multiaddr address) {
    Optional<Bytes> expected = address.peerIdBytes();
    if (expected.isEmpty()) {
      return dials.connect(address);
    }
    try {
      return dials.connect(PeerId.decode(expected.get()), List.of(address));
    } catch (MalformedMessageException notOurs) {
      return CompletableFuture.failedFuture(
          new Unreachable(null, address, Unreachable.Reason.NO_ADDRESS));
    }
  }

  @Override
  public CompletableFuture<Multiaddr> dialBack(PeerInfo peer) {
    return dialBacks.dial(peer);
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
    table.all(peer).forEach(NettyConnection::close);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    listener.close();
    dials.close();
    loops.meshLoop().runHere(resolver::close);
    loops.meshLoop().runHere(acquaintances::close);
    loops.meshLoop().runHere(autoNat::close);
    table.all().forEach(NettyConnection::close);
    Set<Channel> open = slots.close();
    CountDownLatch left = new CountDownLatch(open.size());
    for (Channel channel : open) {
      channel.close().addListener(gone -> left.countDown());
    }
    if (!loops.inAnyLoop()) {
      try {
        boolean unused = left.await(CHANNELS_CLOSE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    loops.close();
  }

  private void onClosed(NettyConnection connection) {
    if (table.remove(connection)) {
      watch.disconnected(connection);
    }
    connection.leaveScope();
  }

  private void onReady(NettyConnection connection) {
    loops.meshLoop().execute(this::trim);
    dials.onReady(connection);
    acquaintances.onReady(connection);
    identify.identify(connection);
  }

  private void trim() {
    trimmer
        .surplus(table.size(), table::candidates, loops.meshLoop().nowNanos())
        .forEach(this::disconnect);
  }
}
