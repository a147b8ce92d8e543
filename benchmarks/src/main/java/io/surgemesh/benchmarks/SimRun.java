package io.surgemesh.benchmarks;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.DhtConfig;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.gossip.OfferGossipConfig;
import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.machine.Loop;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.DiskConfig;
import io.surgemesh.simulator.FaultListener;
import io.surgemesh.simulator.FaultMix;
import io.surgemesh.simulator.FaultPlan;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.Level;
import io.surgemesh.simulator.MeshConfig;
import io.surgemesh.simulator.SimulatedMesh;
import io.surgemesh.vopr.HostileCrowd;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs whole peers in virtual time and measures what that costs: peers join one after the other or
 * are placed, the mix runs uncounted until the mesh and the JIT are warm, then counted.
 */
final class SimRun {
  private static final Duration JOIN_INTERVAL = Duration.ofMillis(2);
  private static final Duration SETTLING = Duration.ofSeconds(20);

  // When counting begins, three of four have looked for their neighbours, as each does once.
  private static final Duration PLACED_SETTLING = Duration.ofSeconds(60);
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  // Equal for all, so that all share them.
  private static final DhtConfig DHT = DhtConfig.defaults();
  private static final OfferGossipConfig OFFERS = OfferGossipConfig.defaults();

  private static final Duration STEP = Duration.ofSeconds(1);

  // Past a job's own deadline, so that it is the job that gives up and says why.
  private static final Duration DRAINING = Mix.JOB_DEADLINE.plusSeconds(30);
  private static final long TELL_EVERY_NANOS = 10_000_000_000L;

  // In large meshes memory is short. Of a dozen places in its gossip mesh a peer needs most; what a
  // lookup met goes soon.
  private static final int DEFAULT_CONNECTIONS_PEERS_MAX = 100;
  private static final ConnectionLimits FEW_CONNECTIONS =
      new ConnectionLimits(16, 24, Duration.ofSeconds(5));

  // So that a hundred peers have one of each kind among them.
  private static final int PEERS_PER_HOSTILE = 11;

  private final SimOptions options;
  private final int peers;
  private final Consumer<String> progress;
  private int configured;
  private @Nullable LatencyModel latency;
  private long toldNanos = System.nanoTime();

  /**
   * Prepares a run.
   *
   * @param progress told in a few words what is being done
   */
  SimRun(SimOptions options, Consumer<String> progress) {
    this.options = options;
    this.peers = options.peers();
    this.progress = progress;
  }

  /** Runs it all; the calling thread is the one whose time is measured. */
  SimResult run() {
    long heapBefore = LiveHeap.bytes();
    SimulatedMesh mesh = options.placed() ? placed() : joined();
    offerAndSettle(mesh);
    Loop clock = mesh.network().time().newLoop(peers);
    SplittableRandom random = new SplittableRandom(options.seed());

    Mix warmUp = new Mix(mesh, clock, random.split());
    warmUp.spread(WARM_UP);
    advance(mesh, WARM_UP, "warming up");

    Mix counted = new Mix(mesh, clock, random.split());
    counted.spread(options.window());
    int hostilePeers = addHostilePeers(mesh, random);
    int faults = scheduleFaults(mesh);
    SimResult.Cost cost = measure(mesh);

    mesh.runUntil(() -> warmUp.isSettled() && counted.isSettled(), DRAINING);
    progress.accept("measuring the heap");
    long heapBytes = LiveHeap.bytes() - heapBefore;
    return new SimResult(
        options,
        cost,
        heapBytes,
        hostilePeers,
        faults,
        mesh.network().trace().hashHex(),
        warmUp.tallies(),
        counted.tallies());
  }

  private SimulatedMesh joined() {
    SimulatedMesh mesh = SimulatedMesh.of(options.seed(), 0, this::configure, this::configure);
    progress.accept("joining " + peers + " peers");
    for (int i = 0; i < peers; i++) {
      mesh.add();
      mesh.network().time().runFor(JOIN_INTERVAL);
      tellNowAndThen("joined " + (i + 1) + " of " + peers);
    }
    return mesh;
  }

  /** Lets all peers be there at once, each with a table of others that it has met. */
  private SimulatedMesh placed() {
    SimulatedMesh mesh =
        SimulatedMesh.of(
            options.seed(),
            0,
            this::configure,
            (builder, bootstrap) -> configure(builder, List.of()));
    progress.accept("placing " + peers + " peers");
    for (int i = 0; i < peers; i++) {
      mesh.add();
      tellNowAndThen("made " + (i + 1) + " of " + peers);
    }
    Placement placement =
        new Placement(
            mesh.network(),
            Objects.requireNonNull(latency, "set with the mesh"),
            new SplittableRandom(options.seed()));
    for (int i = 0; i < peers; i++) {
      placement.place(i, (Dht) mesh.peer(i).routing(), List.of());
      tellNowAndThen("placed " + (i + 1) + " of " + peers);
    }
    return mesh;
  }

  /** Has those that sell offer, in each life, and lets all settle. */
  private void offerAndSettle(SimulatedMesh mesh) {
    mesh.onStart(
        (peer, index) -> {
          if (index < Mix.providers(peers)) {
            // Whether it went out shows in the jobs of the mix.
            CompletableFuture<Void> unused = peer.offer(Mix.offering(index, peers));
          }
        });
    advance(mesh, options.placed() ? PLACED_SETTLING : SETTLING, "settling");
  }

  /** Returns how many hostile peers there are from now on. */
  private int addHostilePeers(SimulatedMesh mesh, SplittableRandom random) {
    if (!options.faults()) {
      return 0;
    }
    // There is one class of offers only when there are faults.
    HostileCrowd crowd = new HostileCrowd(mesh, Mix.runtime(0, peers), random.split());
    crowd.addOfEachKind(Math.max(1, peers / PEERS_PER_HOSTILE));
    return crowd.size();
  }

  /** Returns how many faults there will be in the window. */
  private int scheduleFaults(SimulatedMesh mesh) {
    if (!options.faults()) {
      return 0;
    }
    FaultPlan plan =
        FaultPlan.drawn(options.seed(), peers, options.window(), FaultMix.everything());
    plan.schedule(mesh, new FaultListener() {});
    return plan.faults().size();
  }

  private MeshConfig configure(MeshConfig defaults) {
    MeshConfig config =
        defaults.withNetwork(
            defaults
                .network()
                .withConnections(
                    peers <= DEFAULT_CONNECTIONS_PEERS_MAX
                        ? ConnectionLimits.defaults()
                        : FEW_CONNECTIONS)
                .withLevel(options.encoded() ? Level.ENCODED_STREAMS : Level.STREAMS));
    if (options.faults()) {
      // A disk on which no write takes time has none under way that a crash could tear.
      config = config.withDisks(DiskConfig.defaults());
    }
    latency = config.network().latency();
    return options.ed25519() ? config : config.withSignatures(new KeyedSignatures(options.seed()));
  }

  private void configure(MeshBuilder builder, List<Multiaddr> bootstrap) {
    String heard = Mix.classOf(configured++, peers);
    builder
        .routing(Dht.joining(bootstrap, DHT))
        .offers(OfferGossip.with(OFFERS.withClasses(List.of(heard))));
  }

  private SimResult.Cost measure(SimulatedMesh mesh) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long delivered = mesh.network().trace().frames();
    long deadlines = mesh.network().time().deadlinesRun();
    long cpuNanos = threads.getCurrentThreadCpuTime();
    long wallNanos = System.nanoTime();
    advance(mesh, options.window(), "counting");
    return new SimResult.Cost(
        System.nanoTime() - wallNanos,
        threads.getCurrentThreadCpuTime() - cpuNanos,
        mesh.network().trace().frames() - delivered,
        mesh.network().time().deadlinesRun() - deadlines);
  }

  /** Runs for {@code duration}, in steps only to tell now and then how far it is. */
  private void advance(SimulatedMesh mesh, Duration duration, String doing) {
    progress.accept(doing + " for " + duration.toMillis() / 1000.0 + " virtual seconds");
    Duration left = duration;
    while (!left.isZero()) {
      Duration step = left.compareTo(STEP) < 0 ? left : STEP;
      mesh.network().time().runFor(step);
      left = left.minus(step);
      tellNowAndThen(doing + ", " + left.toSeconds() + " virtual seconds left");
    }
  }

  private void tellNowAndThen(String state) {
    if (System.nanoTime() - toldNanos > TELL_EVERY_NANOS) {
      toldNanos = System.nanoTime();
      progress.accept(state);
    }
  }
}
