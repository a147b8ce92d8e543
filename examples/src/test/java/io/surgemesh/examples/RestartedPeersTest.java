package io.surgemesh.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobRun;
import io.surgemesh.job.JobSpec;
import io.surgemesh.ledger.LedgerReport;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.Bootstrap;
import io.surgemesh.simulator.Churn;
import io.surgemesh.simulator.ChurnConfig;
import io.surgemesh.simulator.DiskConfig;
import io.surgemesh.simulator.DiskFate;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.MeshConfig;
import io.surgemesh.simulator.SimulatedMesh;
import io.surgemesh.simulator.SimulationFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole peers that crash and come back, with what their disks kept. */
class RestartedPeersTest {
  private static final int PEERS = 6;
  private static final int SELLERS = 3;
  private static final int BUYER = 5;
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final Signatures CHEAP = new KeyedSignatures(1);

  private static SimulatedMesh mesh(long seed, UnaryOperator<MeshConfig> change) {
    SimulatedMesh mesh =
        SimulatedMesh.of(
            seed,
            PEERS,
            defaults ->
                change.apply(
                    defaults
                        .withSignatures(CHEAP)
                        .withDisks(DiskConfig.defaults())
                        .withHandlerTime(Duration.ofSeconds(1))),
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
    mesh.onStart(
        (peer, index) -> {
          if (index < SELLERS) {
            peer.offer(Offering.of("java:upper", 1000, 1L << 30, 10, RestartedPeersTest::upper));
          }
        });
    mesh.await(mesh.peer(BUYER).offers().heard(SELLERS), LIMIT);
    return mesh;
  }

  private static void upper(JobRun run) throws IOException {
    String text = new String(run.input().readAllBytes(), UTF_8);
    run.output().write(text.toUpperCase(Locale.ROOT).getBytes(UTF_8));
  }

  private static List<CompletableFuture<JobResult>> submit(SimulatedMesh mesh, int count) {
    List<CompletableFuture<JobResult>> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JobSpec job =
          JobSpec.of(JobInput.of(("job " + i).getBytes(UTF_8)), Requirements.runtime("java:upper"));
      jobs.add(mesh.peer(BUYER).submit(job));
    }
    return jobs;
  }

  private static void awaitAll(SimulatedMesh mesh, List<CompletableFuture<JobResult>> jobs)
      throws IOException {
    for (int i = 0; i < jobs.size(); i++) {
      JobResult result = mesh.await(jobs.get(i), LIMIT);
      assertThat(result.openOutput().readAllBytes()).asString(UTF_8).isEqualTo("JOB " + i);
    }
    mesh.runFor(Duration.ofSeconds(20));
  }

  private static LedgerReport verify(SimulatedMesh mesh, int index) {
    LedgerReport report = mesh.verifyLedger(index);
    assertThat(report.fault()).as("ledger of peer %d", index).isEmpty();
    return report;
  }

  @ParameterizedTest
  @EnumSource(DiskFate.class)
  void aPeerComesBackWithItsIdentityAndItsReceiptsAndSellsAgain(DiskFate fate) throws Exception {
    SimulatedMesh mesh = mesh(5, defaults -> defaults);
    awaitAll(mesh, submit(mesh, 12));
    List<Bytes> entries = mesh.ledgerEntries(0);
    assertThat(entries).isNotEmpty();
    PeerId identity = mesh.peer(0).peerId();
    Mesh before = mesh.peer(0);

    mesh.crash(0, fate);
    assertThat(mesh.isUp(0)).isFalse();
    assertThat(mesh.ledgerEntries(0)).isEqualTo(fate == DiskFate.LOST ? List.of() : entries);
    mesh.runFor(Duration.ofSeconds(30));
    Mesh after = mesh.await(mesh.restart(0), LIMIT);
    assertThat(mesh.isUp(0)).isTrue();
    assertThat(mesh.peer(0)).isSameAs(after).isNotSameAs(before);
    assertThat(after.peerId()).isEqualTo(identity);
    assertThat(after.addresses()).isEqualTo(before.addresses());

    mesh.crash(1, DiskFate.KEPT);
    mesh.crash(2, DiskFate.KEPT);
    mesh.runFor(Duration.ofMinutes(3));
    awaitAll(mesh, submit(mesh, 4));
    assertThat(mesh.ledgerEntries(0))
        .hasSizeGreaterThan(fate == DiskFate.LOST ? 0 : entries.size());
    assertThat(verify(mesh, BUYER).finalReceipts()).isEqualTo(16);
    verify(mesh, 0);
  }

  @Test
  void aJobIsFinishedThoughAllSellersCrashWhileItRunsAndComeBack() throws Exception {
    SimulatedMesh mesh = mesh(4, defaults -> defaults.withHandlerTime(Duration.ofSeconds(4)));
    List<CompletableFuture<JobResult>> jobs = submit(mesh, 3);
    mesh.runFor(Duration.ofSeconds(2));
    long nowNanos = mesh.network().time().nowNanos();
    for (int i = 0; i < SELLERS; i++) {
      int seller = i;
      mesh.crash(seller, DiskFate.TORN);
      // Inside the run, as a fault plan does it.
      mesh.network()
          .host(BUYER)
          .loop()
          .arm(nowNanos + 5_000_000_000L, () -> assertThat(mesh.restart(seller)).isNotDone());
    }
    awaitAll(mesh, jobs);
    assertThat(jobs).anyMatch(job -> job.join().placements() > 1);
    for (int i = 0; i < PEERS; i++) {
      verify(mesh, i);
    }
  }

  @Test
  void aStartThatACrashInterruptsFailsAndTheNextOneWorks() {
    SimulatedMesh mesh = mesh(5, defaults -> defaults);
    assertThatIllegalStateException().isThrownBy(() -> mesh.restart(4));
    mesh.crash(4, DiskFate.KEPT);
    CompletableFuture<Mesh> interrupted = mesh.restart(4);
    assertThat(mesh.isUp(4)).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> mesh.restart(4));
    mesh.crash(4, DiskFate.KEPT);
    assertThat(interrupted).isCompletedExceptionally();
    mesh.crash(4, DiskFate.KEPT);
    Mesh again = mesh.await(mesh.restart(4), LIMIT);
    assertThat(mesh.peer(4)).isSameAs(again);
  }

  @Test
  void aPeerThatCrashedOrClosedThroughTheNetworkComesBackToo() throws Exception {
    SimulatedMesh mesh = mesh(8, defaults -> defaults);
    awaitAll(mesh, submit(mesh, 6));
    List<Bytes> entries = mesh.ledgerEntries(0);
    mesh.network().crash(0);
    mesh.peer(1).close();
    mesh.network().host(1).close();
    mesh.runFor(Duration.ofSeconds(1));
    mesh.await(mesh.restart(0), LIMIT);
    mesh.await(mesh.restart(1), LIMIT);
    assertThat(mesh.ledgerEntries(0)).isEqualTo(entries);
    awaitAll(mesh, submit(mesh, 6));
    for (int i = 0; i < PEERS; i++) {
      verify(mesh, i);
    }
  }

  @Test
  void aPeerThatCannotStartAndAListenerThatThrowsFailTheRun() {
    boolean[] broken = new boolean[1];
    SimulatedMesh mesh =
        SimulatedMesh.of(
            2,
            (builder, bootstrap) -> {
              builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults());
              if (broken[0]) {
                builder.routing(
                    context -> {
                      throw new IllegalStateException("no routing today");
                    });
              }
            });
    SimulatedMesh other =
        SimulatedMesh.of(
            2,
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
    broken[0] = true;
    mesh.crash(1, DiskFate.KEPT);
    CompletableFuture<Mesh> never = mesh.restart(1);
    assertThatThrownBy(() -> mesh.runFor(Duration.ofSeconds(1)))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("peer 1 cannot start")
        .hasRootCauseMessage("no routing today");
    assertThat(never).isNotDone();

    other.crash(1, DiskFate.KEPT);
    other.onStart((peer, index) -> assertThat(index).as("index").isZero());
    assertThat(other.restart(1)).isNotDone();
    assertThatThrownBy(() -> other.runFor(Duration.ofSeconds(1)))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("index");
  }

  @Test
  void peersJoinThroughWhomTheConfigurationSays() {
    List<Integer> asked = new ArrayList<>();
    SimulatedMesh mesh =
        mesh(
            6,
            defaults ->
                defaults.withBootstrap(
                    (whole, index) -> {
                      asked.add(index);
                      return Bootstrap.of(1, 2).choose(whole, index);
                    }));
    mesh.crash(0, DiskFate.KEPT);
    mesh.crash(3, DiskFate.KEPT);
    mesh.await(mesh.restart(3), LIMIT);
    mesh.runFor(Duration.ofSeconds(20));
    assertThat(asked).containsExactly(0, 1, 2, 3, 4, 5, 3);
    assertThat(mesh.network().host(3).connectedPeers())
        .contains(mesh.peer(1).peerId(), mesh.peer(2).peerId());
  }

  @Test
  void hostsAreSetUpOnceBeforeTheirPeersStart() {
    List<Integer> told = new ArrayList<>();
    SimulatedMesh mesh =
        mesh(
            9,
            defaults ->
                defaults.withHostSetup(
                    host -> {
                      assertThat(host.connectedPeers()).isEmpty();
                      host.clock().drift(told.size() * 10);
                      told.add(host.index());
                    }));
    mesh.crash(3, DiskFate.KEPT);
    mesh.await(mesh.restart(3), LIMIT);
    assertThat(told).containsExactly(0, 1, 2, 3, 4, 5);
    Duration gained =
        Duration.between(
            mesh.network().time().wallClock().instant(),
            mesh.network().host(3).wallClock().instant());
    assertThat(gained).isPositive();
  }

  @Test
  void byDefaultAPeerJoinsThroughTheFirstThatIsUp() {
    SimulatedMesh mesh = mesh(7, defaults -> defaults);
    mesh.crash(0, DiskFate.KEPT);
    mesh.crash(1, DiskFate.KEPT);
    assertThat(Bootstrap.firstUp().choose(mesh, 4)).isEqualTo(mesh.peer(2).addresses());
    mesh.await(mesh.restart(0), LIMIT);
    assertThat(Bootstrap.firstUp().choose(mesh, 4)).isEqualTo(mesh.peer(0).addresses());
    assertThat(Bootstrap.firstUp().choose(mesh, 0)).isEqualTo(mesh.peer(2).addresses());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void underChurnEveryJobEndsEveryLedgerHoldsAndASeedGivesOneTrace(long seed) throws Exception {
    String trace = churned(seed, CHEAP);
    assertThat(churned(seed, CHEAP)).isEqualTo(trace);
    assertThat(churned(seed, Signatures.ed25519())).as("with real signatures").isEqualTo(trace);
  }

  private static String churned(long seed, Signatures signatures) throws Exception {
    SimulatedMesh mesh = mesh(seed, defaults -> defaults.withSignatures(signatures));
    Churn churn =
        mesh.churn(
            ChurnConfig.of(Duration.ofSeconds(40), Duration.ofSeconds(10))
                .withDiskFaults(50, 10)
                .withStable(4, BUYER));
    List<CompletableFuture<JobResult>> jobs = submit(mesh, 10);
    mesh.runFor(Duration.ofMinutes(3));
    assertThat(churn.departures()).isGreaterThan(3);
    churn.stop();
    awaitAll(mesh, jobs);
    for (int i = 0; i < PEERS; i++) {
      assertThat(mesh.isUp(i)).isTrue();
      verify(mesh, i);
    }
    assertThat(verify(mesh, BUYER).finalReceipts()).isGreaterThanOrEqualTo(10);
    return mesh.network().trace().hashHex();
  }
}
