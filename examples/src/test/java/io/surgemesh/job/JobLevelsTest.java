package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.Level;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedNetwork;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Jobs over connections that carry frames, and over connections that carry bytes. */
class JobLevelsTest {
  private static final int JOBS = 20;
  private static final int SELLERS = 3;

  /**
   * What the application sees of one job.
   *
   * @param events in order, with their times
   */
  private record Outcome(
      List<String> events, Bytes output, PeerId provider, int placements, Bytes receipt) {}

  /** To the nanosecond; only jobs of one moment may come in another order. */
  @Test
  void everyJobHasTheSameEventsResultAndReceiptAtBothLevels() throws Exception {
    assertThat(run(Level.BYTES)).isEqualTo(run(Level.STREAMS)).hasSize(JOBS);
  }

  private static List<Outcome> run(Level level) throws Exception {
    // With the same round trips per dial nothing that applications see takes longer.
    NetworkConfig config =
        NetworkConfig.defaults(5)
            .withLatency(LatencyModel.constant(Duration.ofMillis(20)))
            .withDialRoundTrips(2)
            .withLevel(level);
    JobMarket market = new JobMarket(new SimulatedNetwork(5, config));
    for (int i = 0; i < SELLERS; i++) {
      market.addSeller(Resources.of(4000, 1L << 30), Duration.ofSeconds(1 + i), OneJobTest.UPPER);
    }
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<List<String>> events = new ArrayList<>();
    List<CompletableFuture<JobResult>> results = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < JOBS; i++) {
      events.add(new ArrayList<>());
      JobInput input =
          JobInput.of("job".repeat(random.nextInt(20_000)).getBytes(StandardCharsets.UTF_8));
      Requirements needs = Requirements.runtime(JobMarket.RUNTIME).withResources(1000, 1 << 20, 0);
      results.add(
          buyer.requestor().submit(JobSpec.of(input, needs), noting(market, events.get(i))));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      try (JobResult result = market.await(results.get(i));
          InputStream output = result.openOutput()) {
        assertThat(result.receipt().verify(Signatures.ed25519())).isTrue();
        outcomes.add(
            new Outcome(
                events.get(i),
                Bytes.of(output.readAllBytes()),
                result.provider(),
                result.placements(),
                Bytes.of(result.receipt().receipt().encode())));
      }
    }
    market.network.time().runFor(Duration.ofSeconds(10));
    assertThat(buyer.log().size()).isCompletedWithValue((long) JOBS);
    return outcomes;
  }

  /** Notes what happens to a job when; the same progress told again is no news. */
  private static JobListener noting(JobMarket market, List<String> events) {
    return new JobListener() {
      private String last = "";

      @Override
      public void onPlaced(PeerId provider, int attempt) {
        note("placed " + attempt + " at " + market.hostOf(provider).index());
      }

      @Override
      public void onProgress(PeerId provider, int permille) {
        note("progress " + permille);
      }

      private void note(String event) {
        if (!event.equals(last)) {
          last = event;
          events.add(market.network.time().nowNanos() + " " + event);
        }
      }
    };
  }
}
