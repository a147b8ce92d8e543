package io.surgemesh.benchmarks;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.DhtStatistics;
import io.surgemesh.dht.HintsConfig;
import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.identity.PeerId;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import io.surgemesh.simulator.Topology;
import io.surgemesh.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Peers with nothing but the DHT on their hosts: they join one after the other, idle, lose some of
 * their number without a word, and then search for one another.
 */
final class DhtRun {
  private static final Duration JOIN_INTERVAL = Duration.ofMillis(5);

  /** All join within minutes, so that hints run among all for longer than after one's joining. */
  private static final Duration HINTS_STEP = Duration.ofMinutes(5);

  private static final int HINTS_STEPS_MAX = 18;

  /** Hints have settled when, in a step, peers learnt of fewer than this part more. */
  private static final double HINTS_SETTLED = 0.001;

  private static final Duration LOOKUP_INTERVAL = Duration.ofMillis(5);
  private static final Duration LOOKUPS_END = Duration.ofSeconds(90);
  private static final int BOOTSTRAP_PEERS = 4;
  private static final int PERMILLE = 10;
  private static final int PAIRS = 100_000;
  private static final long TELL_EVERY_NANOS = 10_000_000_000L;

  // So that memory suffices; a lookup's connections go soon.
  private static final ConnectionLimits CONNECTIONS =
      new ConnectionLimits(16, 24, Duration.ofSeconds(5));

  /**
   * What connecting and closing take both ways besides identify, whose messages the simulator
   * carries: 1,624 bytes of a TLS handshake between our hosts, counted by a relay on loopback, the
   * last record and yamux's goodbye of 58, and the headers and acknowledgements of TCP.
   */
  private static final int CONNECTING_BYTES = 1_624 + 58 + 3 * 52 + 10 * 40 + 2 * 40;

  /** A yamux ping and its answer, 34 bytes each over TLS, with headers, and the last one's ack. */
  private static final int KEEP_ALIVE_BYTES = 2 * (34 + 40) + 40;

  private static final int KEEP_ALIVE_SECONDS = 15;

  private final DhtOptions options;
  private final DhtConfig config;
  private final Consumer<String> progress;
  private final SplittableRandom random;
  private final NetworkConfig networkConfig;
  private final SimulatedNetwork network;
  private final List<Dht> peers = new ArrayList<>();
  private final BitSet dead = new BitSet();
  private final List<Long> took = new ArrayList<>();
  private final List<Long> direct = new ArrayList<>();
  private int over;

  /**
   * Prepares a run.
   *
   * @param config of every peer's DHT
   * @param progress told in a few words what is being done
   */
  DhtRun(DhtOptions options, DhtConfig config, Consumer<String> progress) {
    this.options = options;
    this.config = config;
    this.progress = progress;
    this.random = new SplittableRandom(options.seed());
    this.networkConfig =
        NetworkConfig.defaults(options.seed())
            .withTopology(Topology.regional(options.seed()))
            .withLossPermille(PERMILLE * options.lossPercent())
            .withDialRoundTrips(options.dialRoundTrips())
            .withConnections(CONNECTIONS);
    this.network =
        new SimulatedNetwork(options.seed(), networkConfig, new KeyedSignatures(options.seed()));
  }

  /**
   * Runs it to its end.
   *
   * @throws Strangers.NoneLeftException when there are too few peers for searches
   */
  DhtFigures run() {
    join();
    settle();
    long hintBytesBefore = hintBytes();
    long queriesBefore = queriesSent();
    long bytesBefore = network.trace().wireBytes();
    long connectionsBefore = network.trace().connections();
    Duration idle = Duration.ofMinutes(options.idleMinutes());
    advance(idle, "idling");
    long bytes = network.trace().wireBytes() - bytesBefore;
    long connections = network.trace().connections() - connectionsBefore;
    long idleQueries = queriesSent() - queriesBefore;

    List<DhtStatistics> before = statistics();
    long hintBytes = hintBytes() - hintBytesBefore;
    die();
    search();
    List<DhtStatistics> after = statistics();
    DhtPuts puts = new DhtPuts(network, peers, dead, config.k());
    progress.accept(options.puts() + " values put");
    puts.run(options.puts(), this::live);
    long searches = 0;
    long queries = 0;
    long rounds = 0;
    long tablePeers = 0;
    long hintPeers = 0;
    for (int i = 0; i < before.size(); i++) {
      searches += after.get(i).searches() - before.get(i).searches();
      queries += after.get(i).searchQueries() - before.get(i).searchQueries();
      rounds += after.get(i).searchRounds() - before.get(i).searchRounds();
      tablePeers += before.get(i).tablePeers();
      hintPeers += before.get(i).hintPeers();
    }
    return new DhtFigures(
        took.stream().sorted().toList(),
        direct.stream().sorted().toList(),
        options.lookups(),
        medianRoundTripNanos(),
        (double) queries / searches,
        (double) rounds / searches,
        puts.tookNanos(),
        puts.share(),
        idleKilobits(bytes, connections, idle.toSeconds()),
        (double) idleQueries / options.peers() / options.idleMinutes(),
        kilobits((double) hintBytes / options.peers() / idle.toSeconds()),
        (double) hintPeers / before.size(),
        2.0 * connections / options.peers() / options.idleMinutes(),
        (double) tablePeers / before.size(),
        network.trace().hashHex());
  }

  private void join() {
    long toldNanos = System.nanoTime();
    progress.accept("joining " + options.peers() + " peers");
    for (int i = 0; i < options.peers(); i++) {
      SimulatedHost host = network.addHost();
      List<Multiaddr> bootstrap = new ArrayList<>();
      for (int j = 0; j < Math.min(BOOTSTRAP_PEERS, i); j++) {
        bootstrap.add(network.host(random.nextInt(i)).dialAddress());
      }
      peers.add(start(host, bootstrap));
      network.time().runFor(JOIN_INTERVAL);
      if (System.nanoTime() - toldNanos > TELL_EVERY_NANOS) {
        toldNanos = System.nanoTime();
        progress.accept("joined " + (i + 1) + " of " + options.peers());
      }
    }
  }

  private void settle() {
    advance(Duration.ofMinutes(options.settlingMinutes()), "settling");
    double known = 0;
    for (int i = 0; options.hints() && i < HINTS_STEPS_MAX; i++) {
      double before = known;
      advance(HINTS_STEP, "hints settling");
      known = statistics().stream().mapToLong(DhtStatistics::hintPeers).sum();
      if (known - before < HINTS_SETTLED * known) {
        return;
      }
    }
  }

  private Dht start(SimulatedHost host, List<Multiaddr> bootstrap) {
    MeshContext context = host.meshContext("mesh loop");
    PeerRouting.Factory routing =
        options.hints()
            ? Dht.joining(bootstrap, config, HintsConfig.defaults())
            : Dht.joining(bootstrap, config);
    return (Dht) routing.start(context);
  }

  /** Some peers vanish from one moment to the next: nobody is told, and who dials them waits. */
  private void die() {
    List<Integer> gone = new ArrayList<>();
    while (gone.size() < options.peers() * options.deadPercent() / 100) {
      int peer = random.nextInt(options.peers());
      if (!dead.get(peer)) {
        dead.set(peer);
        gone.add(peer);
      }
    }
    network.partition(gone);
    gone.forEach(network::crash);
  }

  private void search() {
    progress.accept(options.lookups() + " lookups, " + dead.cardinality() + " peers dead");
    VirtualTime time = network.time();
    for (int i = 0; i < options.lookups(); i++) {
      int asker = live();
      SimulatedHost host = network.host(asker);
      SimulatedHost wanted = Strangers.to(host, () -> network.host(live()), options.peers());
      PeerId peer = wanted.peerId();
      long startNanos = host.loop().nowNanos();
      long directNanos = roundTripNanos(asker, wanted.index());
      CompletableFuture<Void> unused =
          peers
              .get(asker)
              .findPeer(peer)
              .thenAccept(
                  found -> {
                    over++;
                    if (found.isPresent()) {
                      took.add(host.loop().nowNanos() - startNanos);
                      direct.add(directNanos);
                    }
                  });
      time.runFor(LOOKUP_INTERVAL);
    }
    time.runUntil(() -> over == options.lookups(), LOOKUPS_END);
  }

  private int live() {
    int peer = random.nextInt(options.peers());
    while (dead.get(peer)) {
      peer = random.nextInt(options.peers());
    }
    return peer;
  }

  private long queriesSent() {
    return statistics().stream().mapToLong(DhtStatistics::queriesSent).sum();
  }

  /** Returns how many bytes all peers sent for hints. */
  private long hintBytes() {
    return options.hints()
        ? statistics().stream().mapToLong(DhtStatistics::hintBytesSent).sum()
        : 0;
  }

  /** Returns the statistics of all peers that are up. */
  private List<DhtStatistics> statistics() {
    List<CompletableFuture<DhtStatistics>> asked = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      asked.add(peers.get(i).statistics());
    }
    network.time().runFor(Duration.ofNanos(1));
    DhtStatistics none = new DhtStatistics(0, Optional.empty(), 0, 0, 0, 0, 0, 0);
    return asked.stream().map(future -> future.getNow(none)).toList();
  }

  private long medianRoundTripNanos() {
    long[] roundTrips = new long[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      roundTrips[i] = roundTripNanos(live(), live());
    }
    Arrays.sort(roundTrips);
    return roundTrips[PAIRS / 2];
  }

  private long roundTripNanos(int one, int other) {
    LatencyModel latency = networkConfig.latency();
    return latency.oneWayNanos(one, other, 0) + latency.oneWayNanos(other, one, 0);
  }

  private double idleKilobits(long bytes, long connections, long seconds) {
    double perPeer = (double) (bytes + connections * CONNECTING_BYTES) / options.peers() / seconds;
    long open = 0;
    for (SimulatedHost host : network.hosts()) {
      open += host.connectedPeers().size();
    }
    double keepAlive = (double) open / 2 / options.peers() * KEEP_ALIVE_BYTES / KEEP_ALIVE_SECONDS;
    return kilobits(perPeer + keepAlive);
  }

  private static double kilobits(double bytes) {
    return bytes * 8 / 1000;
  }

  private void advance(Duration duration, String doing) {
    progress.accept(doing + " for " + duration.toMinutes() + " virtual minutes");
    long toldNanos = System.nanoTime();
    for (long left = duration.toSeconds(); left > 0; left--) {
      network.time().runFor(Duration.ofSeconds(1));
      if (System.nanoTime() - toldNanos > TELL_EVERY_NANOS) {
        toldNanos = System.nanoTime();
        progress.accept(doing + ", " + left + " virtual seconds left");
      }
    }
  }
}
