package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.surgemesh.identity.MeshException;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import io.surgemesh.multiformats.Bytes;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How jobs begin, go on and end, in order or by whoever may end them. */
class JobLifeTest {
  private static final Resources ROOMY = Resources.of(4000, 1L << 30);
  private static final Requirements NEED =
      Requirements.runtime(JobMarket.RUNTIME).withResources(1000, 1 << 20, 0);
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final JobListener NOBODY = new JobListener() {};

  private final JobMarket market = new JobMarket(8);

  private static JobSpec spec(String input) {
    return JobSpec.of(JobInput.of(input.getBytes(StandardCharsets.UTF_8)), NEED);
  }

  private Throwable failure(CompletableFuture<JobResult> result) {
    assertThat(market.settles(result)).isTrue();
    return catchThrowable(result::join).getCause();
  }

  private void assertFreed(JobMarket.Seller seller) {
    market.network.time().runFor(Duration.ofSeconds(40));
    assertThat(seller.provider().capacity().isIdle()).isTrue();
    assertThat(seller.spools().usedBytes()).isZero();
  }

  @Test
  void largeDataArrivesWhole() throws Exception {
    byte[] input = new byte[3_000_001];
    new SplittableRandom(3).nextBytes(input);
    JobHandler twice =
        run -> {
          byte[] all = run.input().readAllBytes();
          run.output().write(all);
          run.output().write(all);
        };
    JobMarket.Seller seller = market.addSeller(ROOMY, SHORT, twice);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    JobResult result =
        market.await(buyer.requestor().submit(JobSpec.of(JobInput.of(input), NEED), NOBODY));

    try (InputStream output = result.openOutput()) {
      byte[] all = output.readAllBytes();
      assertThat(all).hasSize(2 * input.length);
      assertThat(Arrays.equals(all, 0, input.length, input, 0, input.length)).isTrue();
    }
    result.close();
    assertFreed(seller);
    assertThat(buyer.spools().usedBytes()).isZero();
  }

  @Test
  void anEmptyInputAndAnEmptyOutputAreAJob() {
    JobMarket.Seller seller = market.addSeller(ROOMY, SHORT, run -> {});
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    JobResult result = market.await(buyer.requestor().submit(spec(""), NOBODY));

    assertThat(result.outputBytes()).isZero();
    result.close();
    assertFreed(seller);
  }

  @Test
  void aLongJobIsPaidInSteps() {
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(23), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    JobResult result = market.await(buyer.requestor().submit(spec("a"), NOBODY));

    assertThat(result.receipt().receipt().number()).isEqualTo(5);
    assertThat(buyer.log().size().join()).isEqualTo(5);
    result.close();
    assertFreed(seller);
    assertThat(seller.log().size().join()).isEqualTo(10);
  }

  @Test
  void jobsWaitForRoomInsteadOfFailing() {
    JobMarket.Seller seller =
        market.addSeller(Resources.of(1000, 1L << 30), SHORT, OneJobTest.UPPER);
    JobMarket.Buyer first = market.addBuyer(JobMarket.config());
    JobMarket.Buyer second = market.addBuyer(JobMarket.config());
    List<CompletableFuture<JobResult>> results = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      results.add(first.requestor().submit(spec("a" + i), NOBODY));
      results.add(second.requestor().submit(spec("b" + i), NOBODY));
    }

    results.forEach(result -> market.await(result).close());

    assertFreed(seller);
  }

  @Test
  void cancellingTheFutureCancelsTheRun() {
    AtomicBoolean saw = new AtomicBoolean();
    JobHandler watching = run -> saw.set(run.isCancelled());
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(9), watching);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    CompletableFuture<JobResult> future = buyer.requestor().submit(spec("a"), NOBODY);
    market.network.time().runFor(Duration.ofSeconds(3));

    future.cancel(false);

    assertFreed(seller);
    assertThat(saw).isTrue();
  }

  @Test
  void theDeadlineEndsAJobThatRuns() {
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(9), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    Throwable failure =
        failure(buyer.requestor().submit(spec("a").withDeadline(Duration.ofSeconds(3)), NOBODY));

    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.JobFailed.class,
            failed ->
                assertThat(failed.reason()).isEqualTo(MeshException.JobFailed.Reason.TIMED_OUT));
    assertFreed(seller);
  }

  @Test
  void aRunBeyondItsAgreedTimeEnds() {
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(9), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    JobSpec hasty =
        new JobSpec(
            Bytes.EMPTY,
            JobInput.of(new byte[5]),
            NEED,
            1000,
            Duration.ofSeconds(4),
            Duration.ofMinutes(5),
            2,
            true);

    Throwable failure = failure(buyer.requestor().submit(hasty, NOBODY));

    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.JobFailed.class,
            failed ->
                assertThat(failed.reason()).isEqualTo(MeshException.JobFailed.Reason.TIMED_OUT));
    assertFreed(seller);
  }

  @Test
  void aDrainingProviderFinishesWhatRunsAndRefusesTheRest() {
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(9), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    CompletableFuture<JobResult> running = buyer.requestor().submit(spec("a"), NOBODY);
    market.network.time().runFor(Duration.ofSeconds(3));
    AtomicBoolean idle = new AtomicBoolean();

    seller.host().loop().execute(() -> seller.provider().drain(() -> idle.set(true)));
    market.network.time().runFor(Duration.ofSeconds(1));
    CompletableFuture<JobResult> late =
        buyer.requestor().submit(spec("b").withDeadline(Duration.ofSeconds(20)), NOBODY);

    assertThat(idle).isFalse();
    market.await(running).close();
    market.network.time().runFor(Duration.ofSeconds(2));
    assertThat(idle).isTrue();
    assertThat(failure(late)).hasMessageContaining("DRAINING");
  }

  @Test
  void closingTheRequestorFailsItsJobsAndLaterOnes() {
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(9), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    CompletableFuture<JobResult> running = buyer.requestor().submit(spec("a"), NOBODY);
    market.network.time().runFor(Duration.ofSeconds(3));

    buyer.requestor().close();

    assertThat(failure(running)).isInstanceOf(MeshException.Closed.class);
    assertThat(failure(buyer.requestor().submit(spec("b"), NOBODY)))
        .isInstanceOf(MeshException.Closed.class);
    assertFreed(seller);
  }

  @Test
  void submissionsAreBounded() {
    JobMarket.Seller seller = market.addSeller(ROOMY, SHORT, OneJobTest.UPPER);
    JobMarket.Buyer buyer =
        market.addBuyer(
            JobMarket.config().withRequestor(RequestorLimits.defaults().withSubmissionsMax(3)));
    List<CompletableFuture<JobResult>> results = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      results.add(buyer.requestor().submit(spec("a"), NOBODY));
    }

    assertThat(failure(results.get(3))).hasMessageContaining("submitted already");
    results.subList(0, 3).forEach(result -> market.await(result).close());
    assertFreed(seller);
  }
}
