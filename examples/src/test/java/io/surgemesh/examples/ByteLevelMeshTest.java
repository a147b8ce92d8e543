package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.identity.Signatures;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobListener;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobRun;
import io.surgemesh.job.JobSpec;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import io.surgemesh.simulator.Level;
import io.surgemesh.simulator.SimulatedMesh;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whole peers over simulated bytes: from Noise to receipts, all that runs on sockets but these. */
class ByteLevelMeshTest {
  private static final int PEERS = 9;
  private static final int PROVIDERS = 3;
  private static final int JOBS = 12;

  /** Of the seed 2026; it changes when any protocol does anything differently, down to the wire. */
  private static final String TRACE_HASH = "cdb8715067577781";

  @Test
  void everyJobIsDoneSettledByBothSidesAndTracedAlikeEachTime() throws Exception {
    SimulatedMesh mesh = run(2026);
    long sold = 0;
    for (int i = 1; i <= PROVIDERS; i++) {
      assertThat(mesh.verifyLedger(i).fault()).isEmpty();
      sold += mesh.verifyLedger(i).finalReceipts();
    }
    assertThat(sold).isEqualTo(JOBS);
    assertThat(mesh.verifyLedger(PEERS - 1).fault()).isEmpty();
    assertThat(mesh.verifyLedger(PEERS - 1).finalReceipts()).isEqualTo(JOBS);
    assertThat(mesh.network().trace().hashHex())
        .as("%d events", mesh.network().trace().events())
        .isEqualTo(TRACE_HASH);
  }

  @Test
  void anotherSeedGivesAnotherTrace() throws Exception {
    SimulatedMesh mesh = run(2027);
    assertThat(mesh.verifyLedger(PEERS - 1).finalReceipts()).isEqualTo(JOBS);
    assertThat(mesh.network().trace().hashHex()).isNotEqualTo(TRACE_HASH);
  }

  private static SimulatedMesh run(long seed) throws Exception {
    SimulatedMesh mesh =
        SimulatedMesh.of(
            seed,
            PEERS,
            config -> config.withNetwork(config.network().withLevel(Level.BYTES)),
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
    for (int i = 1; i <= PROVIDERS; i++) {
      mesh.peer(i).offer(Offering.of("java:upper", 1000, 1L << 30, 10, ByteLevelMeshTest::upper));
    }
    Mesh requestor = mesh.peer(PEERS - 1);
    mesh.await(requestor.offers().heard(PROVIDERS), Duration.ofSeconds(60));
    Requirements oneCore = Requirements.runtime("java:upper").withResources(1000, 256L << 20, 0);
    List<CompletableFuture<JobResult>> submitted = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      JobInput input =
          JobInput.of(("job " + i).repeat(1 + 5000 * i).getBytes(StandardCharsets.UTF_8));
      submitted.add(requestor.submit(JobSpec.of(input, oneCore), new JobListener() {}));
    }
    for (int i = 0; i < JOBS; i++) {
      try (JobResult result = mesh.await(submitted.get(i), Duration.ofMinutes(10));
          InputStream output = result.openOutput()) {
        assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(("JOB " + i).repeat(1 + 5000 * i));
        assertThat(result.receipt().verify(Signatures.ed25519())).isTrue();
      }
    }
    mesh.runFor(Duration.ofSeconds(10));
    return mesh;
  }

  private static void upper(JobRun run) throws Exception {
    String text = new String(run.input().readAllBytes(), StandardCharsets.UTF_8);
    run.output().write(text.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
  }
}
