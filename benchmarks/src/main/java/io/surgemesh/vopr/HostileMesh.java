package io.surgemesh.vopr;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.gossip.OfferGossipConfig;
import io.surgemesh.job.JobConfig;
import io.surgemesh.job.MemorySpoolStore;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.MeshParts;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Starts a whole peer for those who are hostile only once others have come to know them. */
final class HostileMesh {
  private static final int BOOTSTRAP_PEERS_MAX = 8;
  private static final long SPOOL_BYTES_MAX = 1 << 20;

  private HostileMesh() {}

  static CompletableFuture<Mesh> start(
      SimulatedHost host, List<Multiaddr> known, RandomGenerator random, Trade trade) {
    JobConfig jobs = JobConfig.defaults();
    MeshContext context =
        new MeshContext(
            host, MeshName.PUBLIC, host.key(), trade.signatures(), host.wallClock(), random);
    OfferGossipConfig offers =
        OfferGossipConfig.defaults().withClasses(List.of(trade.topic().family()));
    return Mesh.builder(Path.of("hostile-" + host.index()))
        .routing(Dht.joining(known.subList(0, Math.min(BOOTSTRAP_PEERS_MAX, known.size()))))
        .offers(OfferGossip.with(offers))
        .jobs(jobs.withProvider(jobs.provider().withMeasuresCpu(false)))
        .startOn(
            new MeshParts(
                context,
                LedgerStore.inMemory(),
                new MemorySpoolStore(SPOOL_BYTES_MAX),
                host.loop()));
  }
}
