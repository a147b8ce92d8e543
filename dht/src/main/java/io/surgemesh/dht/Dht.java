package io.surgemesh.dht;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Kademlia as the mesh's peer routing: libp2p's kad-dht r2 under {@code /surgemesh/<mesh
 * name>/kad/1.0.0}, or whatever id it is given, for peers, provider records and values. Of a
 * running mesh, its {@code routing()} is this.
 *
 * <p>Thread-safe. Searches take at most {@link DhtConfig#searchTimeout()} and complete on the
 * host's mesh loop with what they have by then.
 */
public final class Dht implements PeerRouting {
  /**
   * The records kept for others, in the data directory, and the values that this peer puts again.
   * It may be deleted: then these are not put again. Own announcements are not in it: what this
   * peer provides, the application says at each start.
   */
  public static final String RECORDS_FILE = "records.db";

  /** What the peers of the DHT of IPFS speak (libp2p kad-dht r2; its rules are Amino's). */
  public static final ProtocolId AMINO = new ProtocolId("/ipfs/kad/1.0.0");

  /** The most bootstrap addresses. */
  public static final int BOOTSTRAP_PEERS_MAX = 64;

  /** The most providers one search returns. */
  public static final int PROVIDERS_MAX = KadCodec.PROVIDERS_MAX;

  /**
   * The longest value, in bytes: half of a message, so that whoever answers with it has room for
   * the peers nearer to its key.
   */
  public static final int VALUE_BYTES_MAX = KadCodec.MESSAGE_BYTES_MAX / 2;

  /** How many values of a key end a search for it, unless told otherwise (go-libp2p-kad-dht). */
  public static final int QUORUM = 16;

  /** The most values of a key that a search can be told to wait for. */
  public static final int QUORUM_MAX = 64;

  private final Host host;
  private final MeshName meshName;
  private final ProtocolId protocol;
  private final Validators validators;
  private final KeptRecords records;
  private final KademliaDriver driver;

  private Dht(
      MeshContext context,
      List<Multiaddr> bootstrapPeers,
      DhtConfig config,
      @Nullable HintsConfig hints,
      ProtocolId protocol) {
    this.host = context.host();
    this.meshName = context.meshName();
    this.protocol = protocol;
    PeerId self = host.peerId();
    List<Multiaddr> own = host.addresses();
    // A list of bootstrap peers may be the same everywhere, so this peer may be on it.
    List<Multiaddr> others =
        bootstrapPeers.stream()
            .filter(address -> !address.peerIdBytes().equals(Optional.of(self.bytes())))
            .filter(address -> !own.contains(address.withoutPeerId()))
            .toList();
    boolean isPublic =
        own.stream().anyMatch(address -> !address.isLoopback() && !address.isPrivate());
    Kademlia machine =
        new Kademlia(self, others, config, hints, isPublic, context.wallClock(), context.random());
    this.validators = new Validators(config, context.wallClock());
    RecordArchive archive =
        context
            .dataDirectory()
            .<RecordArchive>map(directory -> archiveIn(directory, context.wallClock()))
            .orElse(ForgetfulRecords.INSTANCE);
    this.records = new KeptRecords(archive, config, context.wallClock());
    this.driver = new KademliaDriver(context, protocol, config, machine, records);
  }

  /**
   * Returns a routing that joins through any of the given peers, with the default configuration.
   *
   * @param bootstrapPeers at most {@value #BOOTSTRAP_PEERS_MAX} addresses, best with a trailing
   *     {@code /p2p}; none for the first peer of a mesh, which waits to be dialled
   */
  public static PeerRouting.Factory joining(List<Multiaddr> bootstrapPeers) {
    return joining(bootstrapPeers, DhtConfig.defaults());
  }

  /**
   * Returns a routing that joins through any of the given peers.
   *
   * @param bootstrapPeers as above
   * @throws IllegalArgumentException when there are too many
   */
  public static PeerRouting.Factory joining(List<Multiaddr> bootstrapPeers, DhtConfig config) {
    List<Multiaddr> copy = bounded(bootstrapPeers);
    return context -> started(new Dht(context, copy, config, null, idOf(context.meshName())));
  }

  /**
   * Returns a routing that joins through any of the given peers, and learns meanwhile who else is
   * in the mesh, so that most searches take one round trip. That works among peers that all do so;
   * others it searches for as without.
   *
   * <p>What peers say of themselves is signed by them, and each tells it on: some 12,000 peers are
   * known to all, of a larger mesh a sample. It is never more than a hint of whom to ask, apart
   * from the routing table, and costs at most what {@code hints} says.
   *
   * @param bootstrapPeers as above
   * @throws IllegalArgumentException when there are too many
   */
  public static PeerRouting.Factory joining(
      List<Multiaddr> bootstrapPeers, DhtConfig config, HintsConfig hints) {
    List<Multiaddr> copy = bounded(bootstrapPeers);
    return context -> started(new Dht(context, copy, config, hints, idOf(context.meshName())));
  }

  /**
   * Returns a routing in a DHT that is not of this mesh alone; for that of IPFS see {@link #amino}.
   *
   * @param bootstrapPeers as above
   * @param protocol what its peers speak
   * @throws IllegalArgumentException when there are too many bootstrap peers
   */
  public static PeerRouting.Factory joining(
      List<Multiaddr> bootstrapPeers, DhtConfig config, ProtocolId protocol) {
    List<Multiaddr> copy = bounded(bootstrapPeers);
    return context -> started(new Dht(context, copy, config, null, protocol));
  }

  /**
   * Returns a routing in the DHT of IPFS, {@link #AMINO}, with its rules.
   *
   * @param bootstrapPeers as above
   * @throws IllegalArgumentException when there are too many
   */
  public static PeerRouting.Factory amino(List<Multiaddr> bootstrapPeers) {
    return joining(bootstrapPeers, DhtConfig.amino(), AMINO);
  }

  private RecordArchive archiveIn(Path directory, InstantSource wallClock) {
    Path file = directory.resolve(RECORDS_FILE);
    return new SqliteRecords(file, protocol, RecordFile.PAGES_MAX, wallClock);
  }

  private static ProtocolId idOf(MeshName meshName) {
    return new ProtocolId(meshName.protocol("kad/1.0.0"));
  }

  private static List<Multiaddr> bounded(List<Multiaddr> bootstrapPeers) {
    if (bootstrapPeers.size() > BOOTSTRAP_PEERS_MAX) {
      throw new IllegalArgumentException("too many bootstrap peers: " + bootstrapPeers.size());
    }
    return List.copyOf(bootstrapPeers);
  }

  private static Dht started(Dht dht) {
    dht.driver.restore();
    dht.driver.serving().start();
    dht.host.loop().execute(dht.driver::start);
    return dht;
  }

  @Override
  public CompletableFuture<Integer> joined() {
    return driver.joined().copy();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A peer that is connected is known at once. Otherwise the search is over as soon as the peer
   * itself has answered, first at the addresses known of it; when it never does, what others said
   * of it is returned, unless it was found silent there. Asked for this peer, it finds nothing.
   */
  @Override
  public CompletableFuture<Optional<PeerInfo>> findPeer(PeerId peer) {
    CompletableFuture<Optional<PeerInfo>> result = new CompletableFuture<>();
    host.loop().execute(() -> driver.findPeer(peer, result));
    return result;
  }

  /**
   * {@inheritDoc}
   *
   * <p>At most 1,024 capabilities are announced at once; a further one is ignored, with a warning
   * in the log. Others keep 64 of one peer, so that in a mesh of few peers not all that are nearest
   * to a capability keep it when there are more. A peer that nobody can dial is not announced.
   */
  @Override
  public void announce(Capability capability) {
    Bytes key = capability.key(meshName);
    host.loop().execute(() -> driver.announce(key));
  }

  @Override
  public void withdraw(Capability capability) {
    Bytes key = capability.key(meshName);
    host.loop().execute(() -> driver.withdraw(key));
  }

  /**
   * Announces again and again that this peer provides the content of a multihash, as {@link
   * #announce(Capability)} does: what a CID names, in a DHT that is not of this mesh alone.
   *
   * @throws IllegalArgumentException when the multihash is longer than 80 bytes
   */
  public void announce(Multihash content) {
    Bytes key = keyOf(content);
    host.loop().execute(() -> driver.announce(key));
  }

  /** Announces the content of a multihash no more; others forget it within half an hour. */
  public void withdraw(Multihash content) {
    Bytes key = keyOf(content);
    host.loop().execute(() -> driver.withdraw(key));
  }

  /**
   * Finds peers that announced the content of a multihash, as {@link #findProviders(Capability,
   * int)} does.
   *
   * @param peersMax 1 to {@value #PROVIDERS_MAX}
   * @throws IllegalArgumentException when it is out of range, or the multihash too long
   */
  public CompletableFuture<List<PeerInfo>> findProviders(Multihash content, int peersMax) {
    return findProviders(keyOf(content), peersMax);
  }

  private static Bytes keyOf(Multihash content) {
    Bytes key = Bytes.of(content.encode());
    if (key.size() > KadCodec.KEY_BYTES_MAX) {
      throw new IllegalArgumentException("multihash of " + key.size() + " bytes");
    }
    return key;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Records kept by this peer for others count too. Who is listed said so of itself, but may be
   * gone by now.
   *
   * @throws IllegalArgumentException when {@code peersMax} is out of range
   */
  @Override
  public CompletableFuture<List<PeerInfo>> findProviders(Capability capability, int peersMax) {
    return findProviders(capability.key(meshName), peersMax);
  }

  private CompletableFuture<List<PeerInfo>> findProviders(Bytes key, int peersMax) {
    if (peersMax < 1 || peersMax > PROVIDERS_MAX) {
      throw new IllegalArgumentException("peersMax out of range: " + peersMax);
    }
    CompletableFuture<List<PeerInfo>> result = new CompletableFuture<>();
    host.loop().execute(() -> driver.findProviders(key, peersMax, result));
    return result;
  }

  /**
   * {@inheritDoc}
   *
   * <p>When the routing table is empty, up to 8 of those named are dialled along with peers met
   * before and the bootstrap peers.
   */
  @Override
  public void setSource(Supplier<List<PeerInfo>> known) {
    host.loop().execute(() -> driver.setSource(known));
  }

  /**
   * Puts a value under a key: at this peer and those nearest to the key, which keep it for {@link
   * DhtConfig#valueExpiry()}. It is put again by itself after a minute and then every 22/48 of that
   * time, moved at random by up to a fifth, until it is withdrawn, is no longer valid, or this peer
   * learns of a better one; where a data directory is at hand, in later lives as well. Another
   * value of the key takes its place.
   *
   * <p>At most 1,024 values are put again; a further one is put once, with a warning in the log.
   * Others keep 64 of one peer.
   *
   * @param key {@code /namespace/rest}, at most 80 bytes, of a namespace that the configuration has
   *     a validator for
   * @param value 1 to {@value #VALUE_BYTES_MAX} bytes
   * @return completes once three quarters of those who are to hold it do, while the rest is still
   *     being told, or all have answered; with the number of other peers that hold it by then: 0
   *     when none was reached, or all hold a better one, and when too many searches are running, so
   *     that it goes out after a minute only
   * @throws IllegalArgumentException when the value is not valid under the key
   */
  public CompletableFuture<Integer> putValue(Bytes key, Bytes value) {
    if (key.size() > KadCodec.KEY_BYTES_MAX || !validators.isValid(key, value)) {
      throw new IllegalArgumentException("not valid under this key");
    }
    CompletableFuture<Integer> result = new CompletableFuture<>();
    host.loop().execute(() -> driver.putValue(key, value, result));
    return result;
  }

  /**
   * Puts the value of a key no more, here and in later lives. Those who hold it keep it until its
   * time is over, this peer too. Does nothing when this peer put none.
   */
  public void withdrawValue(Bytes key) {
    host.loop().execute(() -> driver.withdrawValue(key));
  }

  /**
   * Finds the best value of a key: as {@link #getValue(Bytes, int)}, of {@value #QUORUM} values.
   */
  public CompletableFuture<Optional<Bytes>> getValue(Bytes key) {
    return getValue(key, QUORUM);
  }

  /**
   * Finds the best value of a key, as its validator judges. Those near the key that turn out to
   * hold a worse one, or none, are then sent the best (libp2p kad-dht r2, Entry correction).
   *
   * @param key as above, of any namespace: nothing is found in one without a validator
   * @param quorum how many peers must have told a value for the search to end before it has asked
   *     all near the key, 1 to {@value #QUORUM_MAX}. This peer counts, so with 1 a value that it
   *     keeps is found at once
   * @return completes with nothing when nobody who was asked has a valid one
   * @throws IllegalArgumentException when the key is empty or too long, or the quorum out of range
   */
  public CompletableFuture<Optional<Bytes>> getValue(Bytes key, int quorum) {
    if (key.isEmpty() || key.size() > KadCodec.KEY_BYTES_MAX) {
      throw new IllegalArgumentException("key of " + key.size() + " bytes");
    }
    if (quorum < 1 || quorum > QUORUM_MAX) {
      throw new IllegalArgumentException("quorum out of range: " + quorum);
    }
    CompletableFuture<Optional<Bytes>> result = new CompletableFuture<>();
    host.loop().execute(() -> driver.findValue(key, quorum, result));
    return result;
  }

  /**
   * Takes peers for such as have answered, without asking them: they enter the routing table as far
   * as there is room, in the order given, and neighbours are looked for within two minutes. Others
   * are taken for hints, where these are on. For simulations: who is assumed has proved nothing.
   */
  public void assume(List<MetPeer> met, List<HintedPeer> hinted) {
    List<MetPeer> metCopy = List.copyOf(met);
    List<HintedPeer> hintedCopy = List.copyOf(hinted);
    host.loop().execute(() -> driver.assume(metCopy, hintedCopy));
  }

  /** Returns what this DHT knows and has done; completes on the host's mesh loop. */
  public CompletableFuture<DhtStatistics> statistics() {
    CompletableFuture<DhtStatistics> result = new CompletableFuture<>();
    host.loop().execute(() -> result.complete(driver.statistics()));
    return result;
  }

  /**
   * Returns the peers of the routing table, nearest to this one first; completes on the host's mesh
   * loop.
   */
  public CompletableFuture<List<PeerId>> tablePeers() {
    CompletableFuture<List<PeerId>> result = new CompletableFuture<>();
    host.loop().execute(() -> result.complete(driver.table().all()));
    return result;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits until the records taken in are written, which seldom takes longer than some
   * milliseconds.
   */
  @Override
  public void close() {
    driver.serving().close();
    host.loop().execute(driver::close);
    records.close();
  }

  /** Returns the driver, for what tests measure. */
  KademliaDriver driver() {
    return driver;
  }
}
