package io.surgemesh.simulator;

import io.surgemesh.identity.MeshException;
import io.surgemesh.job.JobConfig;
import io.surgemesh.job.MemorySpoolStore;
import io.surgemesh.ledger.LedgerReport;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.ledger.LedgerVerifier;
import io.surgemesh.machine.Loop;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.MeshParts;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whole meshes in virtual time: each peer is the real {@link Mesh} on a simulated host.
 *
 * <p>Handlers and listeners run on their node's loop, inline, so they must not wait for anything;
 * for time that passes in them see {@link MeshConfig#handlerTime}. Spools are in memory and gone
 * after a crash. Nothing happens but while this runs; what does not say otherwise may be called
 * inside a run too, from an event. Confined to one thread.
 *
 * <pre>{@code
 * SimulatedMesh mesh = SimulatedMesh.of(7, 20, (builder, bootstrap) ->
 *     builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
 * mesh.network().partition(0, 19);
 * Churn churn = mesh.churn(ChurnConfig.of(Duration.ofMinutes(2), Duration.ofSeconds(20)));
 * assertTrue(mesh.runUntil(() -> ..., Duration.ofMinutes(5)));
 * }</pre>
 */
public final class SimulatedMesh {
  /** Sets the routing, offers and whatever else of one peer. */
  @FunctionalInterface
  public interface Setup {
    /**
     * Configures a peer before it starts, each time it does.
     *
     * @param bootstrap whom to join through; empty for the first peer
     */
    void configure(MeshBuilder builder, List<Multiaddr> bootstrap);
  }

  private static final long SEED_DEFAULT = 1;
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final long SPOOL_BYTES_MAX = 64L << 20;

  private final long seed;
  private final MeshConfig config;
  private final SimulatedNetwork network;
  private final Setup setup;
  private final FaultSchedule faults;
  private final List<SimulatedPeer> peers = new ArrayList<>();
  private final List<ObjIntConsumer<Mesh>> listeners = new ArrayList<>();

  private SimulatedMesh(long seed, MeshConfig config, Setup setup) {
    this.seed = seed;
    this.config = config;
    this.network = new SimulatedNetwork(seed, config.network(), config.signatures());
    this.setup = setup;
    this.faults = new FaultSchedule(this, network);
  }

  /** Starts {@code count} peers as with a seed, of which one serves as well as another. */
  public static SimulatedMesh of(int count, Setup setup) {
    return of(SEED_DEFAULT, count, setup);
  }

  /**
   * Starts {@code count} peers with {@link MeshConfig#defaults}, one after the other.
   *
   * @param seed decides every identity, latency and choice
   */
  public static SimulatedMesh of(long seed, int count, Setup setup) {
    return of(seed, count, defaults -> defaults, setup);
  }

  /**
   * Starts {@code count} peers, one after the other.
   *
   * @param seed decides every identity, latency and choice
   * @param change returns what to use in place of the defaults of that seed
   */
  public static SimulatedMesh of(
      long seed, int count, UnaryOperator<MeshConfig> change, Setup setup) {
    SimulatedMesh mesh = new SimulatedMesh(seed, change.apply(MeshConfig.defaults(seed)), setup);
    for (int i = 0; i < count; i++) {
      mesh.add();
    }
    return mesh;
  }

  /** Starts one more peer and returns it; runs until it has started, so not inside a run. */
  public Mesh add() {
    SimulatedHost host = network.addHost();
    config.hostSetup().accept(host);
    SimulatedPeer peer = new SimulatedPeer(Mix.mix(seed, host.index()), config.disks());
    peers.add(peer);
    return await(start(host, config.bootstrap().choose(this, host.index())), START_LIMIT);
  }

  /**
   * Stops a peer between two events, as a crash would: nobody there is told, no future of it
   * completes any more but that of a start under way. Does nothing when it is down.
   */
  public void crash(int index, DiskFate fate) {
    if (network.isUp(index)) {
      network.crash(index);
      peers.get(index).crash(fate);
    }
  }

  /**
   * Starts a peer again that is down, joining through whom the configuration says.
   *
   * @return as {@link #restart(int, List)}
   * @throws IllegalStateException when it is up
   */
  public CompletableFuture<Mesh> restart(int index) {
    return restart(index, config.bootstrap().choose(this, index));
  }

  /**
   * Starts a peer again that is down: same identity and address, what its disk kept, nothing else.
   * What it offered it must offer again; see {@link #onStart}.
   *
   * @return completes on the peer's loop once it has started, which takes a further run; with
   *     {@link MeshException.Closed} when it crashes before. A peer that cannot start fails the run
   * @throws IllegalStateException when it is up
   */
  public CompletableFuture<Mesh> restart(int index, List<Multiaddr> bootstrap) {
    SimulatedHost host = network.restart(index);
    // For a node that was crashed or closed through the network alone.
    peers.get(index).crash(DiskFate.KEPT);
    return start(host, bootstrap);
  }

  private CompletableFuture<Mesh> start(SimulatedHost host, List<Multiaddr> bootstrap) {
    SimulatedPeer peer = peers.get(host.index());
    LedgerStore ledger = peer.openLedger(host);
    MeshContext context = host.meshContext("mesh");
    MeshBuilder builder = Mesh.builder(Path.of("simulated-" + host.index()));
    // The time a handler takes on this machine's processor would differ from run to run.
    JobConfig jobs = JobConfig.defaults();
    builder.jobs(jobs.withProvider(jobs.provider().withMeasuresCpu(false)));
    setup.configure(builder, bootstrap);
    CompletableFuture<Mesh> unused =
        builder
            .startOn(
                new MeshParts(
                    context, ledger, new MemorySpoolStore(SPOOL_BYTES_MAX), userExecutor(host)))
            .whenComplete((mesh, failure) -> onStarted(host, peer, mesh, failure));
    return peer.started();
  }

  private Executor userExecutor(SimulatedHost host) {
    Loop loop = host.loop();
    long nanos = config.handlerTime().toNanos();
    return nanos == 0 ? loop : task -> loop.arm(loop.nowNanos() + nanos, task);
  }

  private void onStarted(
      SimulatedHost host, SimulatedPeer peer, @Nullable Mesh mesh, @Nullable Throwable failure) {
    if (mesh == null) {
      host.loop().execute(() -> fail(host.index(), failure));
      return;
    }
    peer.onStarted(mesh);
    // In events of their own: what a listener throws must fail the run, not vanish in a future.
    for (ObjIntConsumer<Mesh> listener : listeners) {
      host.loop().execute(() -> listener.accept(mesh, host.index()));
    }
  }

  private static void fail(int index, @Nullable Throwable failure) {
    throw new IllegalStateException("peer " + index + " cannot start", failure);
  }

  /**
   * Tells of every peer that is up, at once, and of every later start on the peer's loop: to offer
   * or submit what each life of it is to offer or submit.
   */
  public void onStart(ObjIntConsumer<Mesh> listener) {
    listeners.add(listener);
    for (int i = 0; i < peers.size(); i++) {
      if (isUp(i)) {
        listener.accept(peer(i), i);
      }
    }
  }

  /** Begins to take peers down and up again, those here now and no later ones. */
  public Churn churn(ChurnConfig churning) {
    return Churn.of(this, churnSeed(), churning);
  }

  /**
   * Begins to take peers down and up again as {@link #churn(ChurnConfig)} does, but others first.
   *
   * @param salt another for each time that is to be unlike the others
   */
  Churn churn(ChurnConfig churning, long salt) {
    return Churn.of(this, Mix.mix(churnSeed(), salt), churning);
  }

  private long churnSeed() {
    return Mix.mix(seed, -1);
  }

  /**
   * Returns the peer of that index, counted from 0; of one that is down, its last life.
   *
   * @throws IllegalStateException when it never started
   */
  public Mesh peer(int index) {
    Mesh mesh = peers.get(index).mesh();
    if (mesh == null) {
      throw new IllegalStateException("peer " + index + " has not started");
    }
    return mesh;
  }

  /** Returns how many peers there are, up or down. */
  public int size() {
    return peers.size();
  }

  /** Returns whether a peer has started and not crashed since. */
  public boolean isUp(int index) {
    return network.isUp(index) && peers.get(index).isStarted();
  }

  /** Returns the log of a peer as the peer has it open in this life. */
  public LedgerStore ledger(int index) {
    return peers.get(index).ledger();
  }

  /** Returns every entry of a peer's log that is on its disk, whether the peer is up or not. */
  public List<Bytes> ledgerEntries(int index) {
    LedgerStore store = peers.get(index).durable();
    long size = store.size().join();
    List<Bytes> entries = new ArrayList<>();
    while (entries.size() < size) {
      entries.addAll(store.read(entries.size(), LedgerStore.ENTRIES_MAX).join());
    }
    return entries;
  }

  /** Verifies all of {@link #ledgerEntries}: the chain, every signature, every sum. */
  public LedgerReport verifyLedger(int index) {
    LedgerVerifier verifier =
        new LedgerVerifier(network.host(index).peerId(), network.signatures());
    ledgerEntries(index).forEach(verifier::accept);
    return verifier.report();
  }

  /** Returns what brings about the faults of all plans of this mesh. */
  FaultSchedule faults() {
    return faults;
  }

  /** Returns the network under the peers: partitions, clocks, slow nodes, the trace. */
  public SimulatedNetwork network() {
    return network;
  }

  /**
   * Runs until a condition holds; returns false when {@code limit} of virtual time passed first.
   * Not inside a run.
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    return network.time().runUntil(condition, limit);
  }

  /** Runs for {@code duration} of virtual time; not inside a run. */
  public void runFor(Duration duration) {
    network.time().runFor(duration);
  }

  /**
   * Runs until a future completes and returns its value; not inside a run.
   *
   * @throws java.util.concurrent.CompletionException when it failed
   * @throws IllegalStateException when {@code limit} of virtual time passed first
   */
  public <T> T await(CompletableFuture<T> future, Duration limit) {
    if (!runUntil(future::isDone, limit)) {
      throw new IllegalStateException("nothing came within " + limit);
    }
    return future.join();
  }
}
