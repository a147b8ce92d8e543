package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobListener;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobSpec;
import io.surgemesh.ledger.LedgerReport;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.Level;
import io.surgemesh.simulator.MeshConfig;
import io.surgemesh.simulator.SimulatedMesh;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Twenty whole peers, from Kademlia to receipts, in virtual time. */
class WholeMeshSimulationTest {
  private static final int PEERS = 20;
  private static final int PROVIDERS = 5;
  private static final int JOBS = 30;

  /** Of the seed 2026; it changes when any protocol does anything differently. */
  private static final String TRACE_HASH = "404f85efb07b5df4";

  private record Outcome(SimulatedMesh mesh, List<JobResult> results, int replaced) {}

  @Test
  void everyJobIsDoneAndSettledByBothSides() throws Exception {
    Outcome outcome = run(2026, -1);
    assertThat(outcome.results).hasSize(JOBS);
    for (int i = 0; i < JOBS; i++) {
      String output =
          new String(outcome.results.get(i).openOutput().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(output).isEqualTo("JOB " + i);
    }
    long bought = verify(outcome.mesh, PEERS - 1).finalReceipts();
    long sold = 0;
    for (int i = 1; i <= PROVIDERS; i++) {
      sold += verify(outcome.mesh, i).finalReceipts();
    }
    assertThat(bought).isEqualTo(JOBS);
    assertThat(sold).isEqualTo(JOBS);
  }

  @Test
  void oneSeedGivesOneTrace() throws Exception {
    Outcome outcome = run(2026, -1);
    assertThat(outcome.mesh.network().trace().hashHex())
        .as("%d events", outcome.mesh.network().trace().events())
        .isEqualTo(TRACE_HASH);
    assertThat(run(2027, -1).mesh.network().trace().hashHex()).isNotEqualTo(TRACE_HASH);
  }

  @Test
  void jobsOfAProviderThatCrashesArePlacedAgain() throws Exception {
    Outcome outcome = run(2026, 1);
    assertThat(outcome.results).hasSize(JOBS);
    assertThat(outcome.replaced).isPositive();
    assertThat(verify(outcome.mesh, PEERS - 1).finalReceipts()).isEqualTo(JOBS);
  }

  @Test
  void theStandInForSignaturesGivesTheTraceOfRealOnes() throws Exception {
    Signatures cheap = new KeyedSignatures(1);
    Outcome outcome = run(2026, -1, defaults -> defaults.withSignatures(cheap));
    assertThat(outcome.mesh.network().trace().hashHex()).isEqualTo(TRACE_HASH);
    assertThat(verify(outcome.mesh, PEERS - 1).finalReceipts()).isEqualTo(JOBS);
    assertThat(outcome.results.get(0).receipt().verify(cheap)).isTrue();
    assertThat(outcome.results.get(0).receipt().verify(Signatures.ed25519())).isFalse();
  }

  @Test
  void messagesThatAreEncodedAndDecodedGiveTheTraceOfThoseThatAreNot() throws Exception {
    Outcome outcome =
        run(
            2026,
            -1,
            defaults -> defaults.withNetwork(defaults.network().withLevel(Level.ENCODED_STREAMS)));
    assertThat(outcome.mesh.network().trace().hashHex()).isEqualTo(TRACE_HASH);
  }

  private static Outcome run(long seed, int crashing) throws Exception {
    return run(seed, crashing, defaults -> defaults);
  }

  private static Outcome run(long seed, int crashing, UnaryOperator<MeshConfig> change)
      throws Exception {
    SimulatedMesh mesh =
        SimulatedMesh.of(
            seed,
            PEERS,
            change,
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
    for (int i = 1; i <= PROVIDERS; i++) {
      mesh.peer(i)
          .offer(
              Offering.of(
                  "java:upper",
                  1000,
                  1L << 30,
                  10,
                  run -> {
                    String text = new String(run.input().readAllBytes(), StandardCharsets.UTF_8);
                    run.output()
                        .write(
                            text.toUpperCase(java.util.Locale.ROOT)
                                .getBytes(StandardCharsets.UTF_8));
                  }));
    }
    Mesh requestor = mesh.peer(PEERS - 1);
    CompletableFuture<Integer> heard = requestor.offers().heard(PROVIDERS);
    assertThat(mesh.runUntil(heard::isDone, Duration.ofSeconds(60))).isTrue();
    assertThat(heard.join()).isGreaterThanOrEqualTo(PROVIDERS);

    int[] replaced = new int[1];
    int[] placed = new int[1];
    List<CompletableFuture<JobResult>> submitted = new ArrayList<>();
    Requirements oneCore = Requirements.runtime("java:upper").withResources(1000, 256L << 20, 0);
    for (int i = 0; i < JOBS; i++) {
      JobInput input = JobInput.of(("job " + i).getBytes(StandardCharsets.UTF_8));
      submitted.add(
          requestor.submit(
              JobSpec.of(input, oneCore),
              new JobListener() {
                @Override
                public void onPlaced(PeerId provider, int attempt) {
                  if (crashing >= 0
                      && provider.equals(mesh.peer(crashing).peerId())
                      && placed[0]++ == 0) {
                    mesh.network().crash(crashing);
                  }
                }

                @Override
                public void onReplaced(PeerId provider, String reason) {
                  replaced[0]++;
                }
              }));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(submitted.toArray(CompletableFuture<?>[]::new));
    assertThat(mesh.runUntil(all::isDone, Duration.ofMinutes(10))).isTrue();
    List<JobResult> results = new ArrayList<>();
    for (CompletableFuture<JobResult> future : submitted) {
      results.add(future.get());
    }
    mesh.network().time().runFor(Duration.ofSeconds(10));
    return new Outcome(mesh, results, replaced[0]);
  }

  private static LedgerReport verify(SimulatedMesh mesh, int peer) {
    LedgerReport report = mesh.verifyLedger(peer);
    assertThat(report.fault()).isEmpty();
    return report;
  }
}
