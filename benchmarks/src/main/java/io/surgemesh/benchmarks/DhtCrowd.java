package io.surgemesh.benchmarks;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.DhtStatistics;
import io.surgemesh.dht.HintedPeer;
import io.surgemesh.dht.HintsConfig;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import io.surgemesh.simulator.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Peers with nothing but the DHT on their hosts, on a network where others may be added. */
final class DhtCrowd {
  /** What the peers speak. */
  static final ProtocolId KAD = new ProtocolId(MeshName.PUBLIC.protocol("kad/1.0.0"));

  private static final int BOOTSTRAP_PEERS = 4;
  private static final int PROVIDERS = 5;
  private static final int OTHERS_NETWORKS = 3;
  private static final Duration JOIN_INTERVAL = Duration.ofMillis(5);
  private static final Duration DIAL_INTERVAL = Duration.ofMillis(20);
  private static final Duration SEARCH_INTERVAL = Duration.ofMillis(20);
  private static final Duration SEARCHES_END = Duration.ofSeconds(90);
  private static final Duration SETTLING = Duration.ofMinutes(12);
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final long TELL_EVERY_NANOS = 10_000_000_000L;
  private static final DhtStatistics NOTHING =
      new DhtStatistics(0, Optional.empty(), 0, 0, 0, 0, 0, 0);

  /** Those added as others stand in /16 of their own. */
  private static final class Places implements Topology {
    private final Topology regional;
    private final Map<Integer, Integer> networks = new LinkedHashMap<>();

    Places(long seed) {
      this.regional = Topology.regional(seed);
    }

    @Override
    public int regions() {
      return regional.regions();
    }

    @Override
    public int region(int node) {
      return regional.region(node);
    }

    @Override
    public Multiaddr address(int node) {
      Integer network = networks.get(node);
      return network == null
          ? regional.address(node)
          : Multiaddr.of(
              "/ip4/252." + network + "." + ((node >>> Byte.SIZE) & 255) + "." + (node & 255));
    }

    @Override
    public LatencyModel latency() {
      return regional.latency();
    }
  }

  /** Makes the DHT of a peer. */
  @FunctionalInterface
  interface Routing {
    /**
     * Makes one.
     *
     * @param peer the number of the peer
     * @param bootstrap through whom it joins
     */
    PeerRouting.Factory of(int peer, List<Multiaddr> bootstrap);
  }

  /** One search of some kind, which tells whether it succeeded. */
  @FunctionalInterface
  interface Searching {
    /** Starts the search of that number, in the order of numbers. */
    CompletableFuture<Boolean> start(int number);
  }

  /**
   * What came of some searches.
   *
   * @param found which part of them succeeded
   * @param queries how many each took on average
   */
  record Counted(double found, double queries) {}

  private final Routing routing;
  private final Consumer<String> progress;
  private final Places places;
  private final NetworkConfig config;
  private final SimulatedNetwork network;
  private final SplittableRandom random;
  private final List<Dht> peers = new ArrayList<>();
  private long toldNanos = System.nanoTime();

  /**
   * Creates a network without peers, under default conditions but that connecting takes no time.
   *
   * @param progress told in a few words what is being done
   */
  DhtCrowd(long seed, DhtConfig config, Consumer<String> progress) {
    this(
        seed,
        network -> network.withDialRoundTrips(0),
        (peer, bootstrap) -> Dht.joining(bootstrap, config),
        progress);
  }

  /**
   * Creates a network without peers.
   *
   * @param conditions changes those of the network
   * @param routing makes the DHT of each peer
   * @param progress told in a few words what is being done
   */
  DhtCrowd(
      long seed,
      UnaryOperator<NetworkConfig> conditions,
      Routing routing,
      Consumer<String> progress) {
    this.routing = routing;
    this.progress = progress;
    this.places = new Places(seed);
    this.random = new SplittableRandom(seed);
    this.config = conditions.apply(NetworkConfig.defaults(seed).withTopology(places));
    this.network = new SimulatedNetwork(seed, config, new KeyedSignatures(seed));
  }

  /** Lets so many peers be there: placed, or joined one after the other. */
  void begin(int count, boolean placed) {
    begin(count, placed, 0);
  }

  /**
   * Lets so many peers be there: joined one after the other, or placed, so that each has met as
   * many others as its table has room for.
   *
   * @param hinted the first so many of placed ones know as many as hints may know, at random
   */
  void begin(int count, boolean placed, int hinted) {
    if (placed) {
      place(count, hinted);
    } else {
      join(count);
    }
  }

  private void join(int count) {
    progress.accept("joining " + count + " peers");
    for (int i = 0; i < count; i++) {
      joinOne();
      network.time().runFor(JOIN_INTERVAL);
      tell("joined " + (i + 1) + " of " + count);
    }
  }

  private void place(int count, int hinted) {
    progress.accept("placing " + count + " peers");
    for (int i = 0; i < count; i++) {
      add(List.of());
    }
    Placement placement = new Placement(network, config.latency(), random);
    List<HintedPeer> hints = hinted == 0 ? List.of() : hints(placement.peers());
    for (int i = 0; i < count; i++) {
      placement.place(i, peer(i), i < hinted ? hints : List.of());
      tell("placed " + (i + 1) + " of " + count);
    }
  }

  private List<HintedPeer> hints(List<PeerInfo> infos) {
    Instant now = network.time().wallClock().instant();
    return random
        .ints(0, infos.size())
        .distinct()
        .limit(Math.min(infos.size(), HintsConfig.SAMPLE_PEERS))
        .mapToObj(peer -> new HintedPeer(infos.get(peer), now))
        .toList();
  }

  /** Gives those that have joined the time to meet. */
  void settle() {
    run(SETTLING, "settling");
  }

  /** Lets one more peer join through some that are up; returns its number. */
  int joinOne() {
    List<Multiaddr> bootstrap = new ArrayList<>();
    for (int i = 0; i < Math.min(BOOTSTRAP_PEERS, peers.size()); i++) {
      bootstrap.add(network.host(up()).dialAddress());
    }
    return add(bootstrap);
  }

  private int add(List<Multiaddr> bootstrap) {
    MeshContext context = network.addHost().meshContext("mesh loop");
    peers.add((Dht) routing.of(peers.size(), bootstrap).start(context));
    return peers.size() - 1;
  }

  /** Adds a host, of no peer, that stands in one of three /16. */
  SimulatedHost addOther(KeyPair key) {
    return addOther(key, network.hosts().size() % OTHERS_NETWORKS);
  }

  /**
   * Adds a host likewise.
   *
   * @param inNetwork the number of the /16, 0 to 255
   */
  SimulatedHost addOther(KeyPair key, int inNetwork) {
    places.networks.put(network.hosts().size(), inNetwork);
    return network.addHost(key);
  }

  SimulatedNetwork network() {
    return network;
  }

  /** Returns how long a packet takes between two peers and back, without jitter. */
  long roundTripNanos(int one, int other) {
    return Placement.roundTripNanos(config.latency(), one, other);
  }

  SplittableRandom random() {
    return random;
  }

  int size() {
    return peers.size();
  }

  Dht peer(int index) {
    return peers.get(index);
  }

  SimulatedHost host(int index) {
    return network.host(index);
  }

  /** Returns one of the peers that have not crashed. */
  int up() {
    return up(0, peers.size());
  }

  /**
   * Returns one of those from one number up to another, which is left out, that has not crashed.
   */
  int up(int from, int to) {
    int peer = random.nextInt(from, to);
    while (!network.isUp(peer)) {
      peer = random.nextInt(from, to);
    }
    return peer;
  }

  /** Lets virtual time pass. */
  void run(Duration duration, String doing) {
    progress.accept(doing + " for " + duration.toMinutes() + " virtual minutes");
    for (long left = duration.toSeconds(); left > 0; left--) {
      network.time().runFor(STEP);
      tell(doing + ", " + left + " virtual seconds left");
    }
  }

  /** Starts searches one after the other, and returns which part of them succeeded. */
  double search(int count, String what, Searching searching) {
    progress.accept(count + " searches for " + what);
    List<CompletableFuture<Boolean>> searches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      searches.add(searching.start(i));
      network.time().runFor(SEARCH_INTERVAL);
      tell((i + 1) + " of " + count + " searches for " + what);
    }
    network
        .time()
        .runUntil(() -> searches.stream().allMatch(CompletableFuture::isDone), SEARCHES_END);
    long found = searches.stream().filter(search -> search.getNow(false)).count();
    return (double) found / count;
  }

  /** Searches likewise, and counts what that takes. */
  Counted searchCounted(int count, String what, Searching searching) {
    long before = searchQueries();
    double found = search(count, what, searching);
    return new Counted(found, (double) (searchQueries() - before) / count);
  }

  /** Searches from peers drawn for one that announced a key, and counts what that takes. */
  Counted searchProvider(int count, String what, Capability key, int provider) {
    return searchCounted(
        count,
        what,
        number -> findProvider(Strangers.otherThan(provider, this::up), key, provider));
  }

  /** Lets a host of no peer meet others: whom it meets first may take it into its table. */
  void meet(SimulatedHost other, List<SimulatedHost> hosts) {
    for (SimulatedHost host : hosts) {
      var unused = other.connect(host.dialAddress());
    }
    network.time().runFor(DIAL_INTERVAL);
  }

  /** Searches for the providers of a key; tells whether this one is among them. */
  CompletableFuture<Boolean> findProvider(int asker, Capability key, int provider) {
    PeerId wanted = host(provider).peerId();
    return peer(asker)
        .findProviders(key, PROVIDERS)
        .thenApply(all -> all.stream().map(PeerInfo::peerId).anyMatch(wanted::equals));
  }

  /** Returns the statistics of each peer; of one that crashed, of a peer that did nothing. */
  List<DhtStatistics> statistics() {
    List<CompletableFuture<DhtStatistics>> asked = peers.stream().map(Dht::statistics).toList();
    network.time().runFor(Duration.ofNanos(1));
    return asked.stream().map(future -> future.getNow(NOTHING)).toList();
  }

  /** Returns how many queries the searches of all peers have made so far. */
  private long searchQueries() {
    return statistics().stream().mapToLong(DhtStatistics::searchQueries).sum();
  }

  /** Returns what a future comes to that completes without time passing. */
  <T> T now(CompletableFuture<T> future) {
    network.time().runFor(Duration.ofNanos(1));
    return future.join();
  }

  private void tell(String doing) {
    if (System.nanoTime() - toldNanos > TELL_EVERY_NANOS) {
      toldNanos = System.nanoTime();
      progress.accept(doing);
    }
  }
}
