package io.surgemesh.simulator;

import io.surgemesh.identity.Signatures;
import io.surgemesh.job.JobConfig;
import io.surgemesh.job.MemorySpoolStore;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.MeshParts;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Whole meshes in virtual time: each peer is the real {@link Mesh} on a simulated host.
 *
 * <p>Handlers and listeners run on their node's loop, inline, so they must not wait for anything.
 * Ledgers and spools are in memory. Confined to one thread.
 *
 * <pre>{@code
 * SimulatedMesh mesh = SimulatedMesh.of(7, 20, (builder, bootstrap) ->
 *     builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
 * mesh.runUntil(() -> ..., Duration.ofMinutes(1));
 * }</pre>
 */
public final class SimulatedMesh {
  /** Sets the routing, offers and whatever else of one peer. */
  @FunctionalInterface
  public interface Setup {
    /**
     * Configures a peer before it starts.
     *
     * @param bootstrap the first peer's address; empty for the first peer itself
     */
    void configure(MeshBuilder builder, List<Multiaddr> bootstrap);
  }

  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final long SPOOL_BYTES_MAX = 64L << 20;

  private final SimulatedNetwork network;
  private final Setup setup;
  private final List<Mesh> peers = new ArrayList<>();
  private final List<LedgerStore> ledgers = new ArrayList<>();

  private SimulatedMesh(SimulatedNetwork network, Setup setup) {
    this.network = network;
    this.setup = setup;
  }

  /**
   * Starts {@code count} peers, the first alone and the others joining through it.
   *
   * @param seed decides every identity, latency and choice
   */
  public static SimulatedMesh of(long seed, int count, Setup setup) {
    SimulatedMesh mesh = new SimulatedMesh(new SimulatedNetwork(seed), setup);
    for (int i = 0; i < count; i++) {
      mesh.add();
    }
    return mesh;
  }

  /** Starts one more peer and returns it. */
  public Mesh add() {
    SimulatedHost host = network.addHost();
    LedgerStore ledger = LedgerStore.inMemory();
    MeshContext context =
        new MeshContext(
            host,
            MeshName.PUBLIC,
            host.key(),
            Signatures.ed25519(),
            network.time().wallClock(),
            host.random("mesh"));
    MeshBuilder builder = Mesh.builder(Path.of("simulated-" + host.index()));
    // The time a handler takes on this machine's processor would differ from run to run.
    JobConfig jobs = JobConfig.defaults();
    builder.jobs(jobs.withProvider(jobs.provider().withMeasuresCpu(false)));
    setup.configure(builder, peers.isEmpty() ? List.of() : peers.get(0).addresses());
    CompletableFuture<Mesh> started =
        builder.startOn(
            new MeshParts(context, ledger, new MemorySpoolStore(SPOOL_BYTES_MAX), host.loop()));
    if (!runUntil(started::isDone, START_LIMIT)) {
      throw new IllegalStateException("peer " + host.index() + " did not start");
    }
    peers.add(started.join());
    ledgers.add(ledger);
    return peers.get(peers.size() - 1);
  }

  /** Returns the peer of that index, counted from 0. */
  public Mesh peer(int index) {
    return peers.get(index);
  }

  /** Returns how many peers were started. */
  public int size() {
    return peers.size();
  }

  /** Returns where the log of a peer is kept. */
  public LedgerStore ledger(int index) {
    return ledgers.get(index);
  }

  /** Returns the network under the peers: crashes, partitions, the trace. */
  public SimulatedNetwork network() {
    return network;
  }

  /**
   * Runs until a condition holds; returns false when {@code limit} of virtual time passed first.
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    return network.time().runUntil(condition, limit);
  }
}
