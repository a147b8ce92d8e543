package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many jobs, several providers, and providers that go away. */
class MarketSimulationTest {
  private static final int JOBS = 40;
  private static final int SELLERS = 4;

  private record Run(String traceHash, int placements, Set<PeerId> providers) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyJobFinishesThoughOneProviderCrashes(long seed) throws Exception {
    Run run = run(seed);

    assertThat(run.placements).isGreaterThan(JOBS);
    assertThat(run.providers).hasSizeBetween(SELLERS - 1, SELLERS);
  }

  @Test
  void oneSeedGivesOneTrace() throws Exception {
    Run first = run(42);

    assertThat(run(42)).isEqualTo(first);
    assertThat(run(43).traceHash).isNotEqualTo(first.traceHash);
  }

  private static Run run(long seed) throws Exception {
    JobMarket market = new JobMarket(seed);
    for (int i = 0; i < SELLERS; i++) {
      market.addSeller(Resources.of(4000, 1L << 30), Duration.ofSeconds(3), OneJobTest.UPPER);
    }
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<CompletableFuture<JobResult>> results = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      JobSpec spec =
          JobSpec.of(
              JobInput.of(("job " + i).getBytes(StandardCharsets.UTF_8)),
              Requirements.runtime(JobMarket.RUNTIME).withResources(1000, 1 << 20, 0));
      results.add(buyer.requestor().submit(spec, new JobListener() {}));
    }
    stepFor(market, Duration.ofSeconds(2));
    market.network.crash(market.sellers.get(1).host().index());
    CompletableFuture<Void> all =
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new));
    while (!all.isDone()) {
      stepFor(market, Duration.ofMillis(200));
    }
    int placements = 0;
    Set<PeerId> providers = new TreeSet<>();
    for (int i = 0; i < JOBS; i++) {
      JobResult result = results.get(i).join();
      try (InputStream output = result.openOutput()) {
        assertThat(output.readAllBytes()).asString().isEqualTo("JOB " + i);
      }
      assertThat(result.receipt().verify(Signatures.ed25519())).isTrue();
      placements += result.placements();
      providers.add(result.provider());
      result.close();
    }
    stepFor(market, Duration.ofSeconds(20));
    assertThat(buyer.spools().usedBytes()).isZero();
    assertThat(buyer.log().size().join()).isEqualTo(JOBS);
    for (int i = 0; i < SELLERS; i++) {
      JobMarket.Seller seller = market.sellers.get(i);
      if (i != 1) {
        assertThat(seller.provider().capacity().isIdle()).isTrue();
        assertThat(seller.spools().usedBytes()).isZero();
      }
    }
    return new Run(market.network.trace().hashHex(), placements, providers);
  }

  /** Advances and checks after every event that nothing is sold twice. */
  private static void stepFor(JobMarket market, Duration span) {
    long untilNanos = market.network.time().nowNanos() + span.toNanos();
    market.network.host(0).loop().arm(untilNanos, () -> {});
    while (market.network.time().nowNanos() < untilNanos && market.network.time().step()) {
      for (JobMarket.Seller seller : market.sellers) {
        assertThat(seller.provider().capacity().isOversold()).isFalse();
      }
    }
  }
}
