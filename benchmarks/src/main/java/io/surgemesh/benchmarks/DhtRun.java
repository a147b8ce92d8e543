package io.surgemesh.benchmarks;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.DhtStatistics;
import io.surgemesh.dht.HintsConfig;
import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.simulator.LatencyMatrix;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Peers with nothing but the DHT on their hosts: they join one after the other, idle, lose some of
 * their number without a word, and then search for one another.
 */
final class DhtRun {

  /** All join within minutes, so that hints run among all for longer than after one's joining. */
  private static final Duration HINTS_STEP = Duration.ofMinutes(5);

  private static final int HINTS_STEPS_MAX = 18;

  /** Hints have settled when, in a step, peers learnt of fewer than this part more. */
  private static final double HINTS_SETTLED = 0.001;

  private static final int PERMILLE = 10;
  private static final int PAIRS = 100_000;

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
  private final DhtCrowd crowd;

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
    this.crowd =
        new DhtCrowd(
            options.seed(),
            network ->
                withLatencies(network)
                    .withLossPermille(PERMILLE * options.lossPercent())
                    .withDialRoundTrips(options.dialRoundTrips())
                    .withConnections(CONNECTIONS),
            (peer, bootstrap) ->
                peer < options.hinted()
                    ? Dht.joining(bootstrap, config, HintsConfig.defaults())
                    : Dht.joining(bootstrap, config),
            progress);
  }

  private NetworkConfig withLatencies(NetworkConfig network) {
    LatencyMatrix measured = options.measured();
    return measured == null ? network : network.withLatency(measured.model(options.seed()));
  }

  /**
   * Runs it to its end.
   *
   * @throws Strangers.NoneLeftException when there are too few peers for searches
   */
  DhtFigures run() {
    int beginHinted = options.beginHinted();
    crowd.begin(options.peers(), options.placed(), beginHinted);
    settle();
    long hintBytesBefore = hintBytes();
    long queriesBefore = queriesSent();
    long bytesBefore = crowd.network().trace().wireBytes();
    long connectionsBefore = crowd.network().trace().connections();
    Duration idle = Duration.ofMinutes(options.idleMinutes());
    crowd.run(idle, "idling");
    long bytes = crowd.network().trace().wireBytes() - bytesBefore;
    long connections = crowd.network().trace().connections() - connectionsBefore;
    long idleQueries = queriesSent() - queriesBefore;

    List<DhtStatistics> before = crowd.statistics();
    long hintBytes = hintBytes() - hintBytesBefore;
    die();
    DhtLookups lookups = lookUp(beginHinted, options.peers());
    DhtLookups hinted = beginHinted == 0 ? null : lookUp(0, beginHinted);
    DhtPuts puts = new DhtPuts(crowd, config.k());
    progress.accept(options.puts() + " values put");
    puts.run(options.puts());
    long tablePeers = 0;
    long hintPeers = 0;
    for (DhtStatistics peer : before) {
      tablePeers += peer.tablePeers();
      hintPeers += peer.hintPeers();
    }
    long medianNanos = medianRoundTripNanos();
    return new DhtFigures(
        lookups.figures(medianNanos),
        hinted == null ? null : hinted.figures(medianNanos),
        puts.tookNanos(),
        puts.share(),
        idleKilobits(bytes, connections, idle.toSeconds()),
        (double) idleQueries / options.peers() / options.idleMinutes(),
        kilobits((double) hintBytes / options.peers() / idle.toSeconds()),
        (double) hintPeers / Math.max(1, options.hinted()),
        2.0 * connections / options.peers() / options.idleMinutes(),
        (double) tablePeers / before.size(),
        crowd.network().trace().hashHex());
  }

  private DhtLookups lookUp(int from, int to) {
    progress.accept(options.lookups() + " lookups");
    DhtLookups lookups = new DhtLookups(crowd, options.lookups());
    lookups.run(from, to);
    return lookups;
  }

  private void settle() {
    crowd.run(Duration.ofMinutes(options.settlingMinutes()), "settling");
    double known = 0;
    for (int i = 0; options.hints() && i < HINTS_STEPS_MAX; i++) {
      double before = known;
      crowd.run(HINTS_STEP, "hints settling");
      known = crowd.statistics().stream().mapToLong(DhtStatistics::hintPeers).sum();
      if (known - before < HINTS_SETTLED * known) {
        return;
      }
    }
  }

  /** Some peers vanish from one moment to the next: nobody is told, and who dials them waits. */
  private void die() {
    int count = options.peers() * options.deadPercent() / 100;
    Set<Integer> gone = new LinkedHashSet<>();
    while (gone.size() < count) {
      gone.add(crowd.random().nextInt(options.peers()));
    }
    crowd.network().partition(List.copyOf(gone));
    gone.forEach(crowd.network()::crash);
    progress.accept(count + " peers died");
  }

  private long queriesSent() {
    return crowd.statistics().stream().mapToLong(DhtStatistics::queriesSent).sum();
  }

  /** Returns how many bytes all peers sent for hints. */
  private long hintBytes() {
    return options.hints()
        ? crowd.statistics().stream().mapToLong(DhtStatistics::hintBytesSent).sum()
        : 0;
  }

  private long medianRoundTripNanos() {
    long[] roundTrips = new long[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      roundTrips[i] = crowd.roundTripNanos(crowd.up(), crowd.up());
    }
    Arrays.sort(roundTrips);
    return roundTrips[PAIRS / 2];
  }

  private double idleKilobits(long bytes, long connections, long seconds) {
    double perPeer = (double) (bytes + connections * CONNECTING_BYTES) / options.peers() / seconds;
    long open = 0;
    for (SimulatedHost host : crowd.network().hosts()) {
      open += host.connectedPeers().size();
    }
    double keepAlive = (double) open / 2 / options.peers() * KEEP_ALIVE_BYTES / KEEP_ALIVE_SECONDS;
    return kilobits(perPeer + keepAlive);
  }

  private static double kilobits(double bytes) {
    return bytes * 8 / 1000;
  }
}
