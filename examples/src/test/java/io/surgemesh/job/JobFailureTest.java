package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What can go wrong with a job, seen from whoever submitted it. */
class JobFailureTest {
  private static final Resources ROOMY = Resources.of(4000, 1L << 30);
  private static final Requirements NEED =
      Requirements.runtime(JobMarket.RUNTIME).withResources(1000, 1 << 20, 0);
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final JobListener NOBODY = new JobListener() {};

  private final JobMarket market = new JobMarket(7);

  private static JobSpec spec(String input) {
    return JobSpec.of(JobInput.of(input.getBytes(StandardCharsets.UTF_8)), NEED);
  }

  private static JobSpec once(JobSpec spec) {
    return new JobSpec(
        spec.arguments(),
        spec.input(),
        spec.requirements(),
        spec.outputBytesMax(),
        spec.runTimeMax(),
        spec.deadline(),
        1,
        true);
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
  void aHandlerThatThrowsFailsTheJobWithoutItsText() {
    AtomicInteger runs = new AtomicInteger();
    JobHandler broken =
        run -> {
          runs.incrementAndGet();
          throw new IllegalStateException("secret of the provider");
        };
    JobMarket.Seller seller = market.addSeller(ROOMY, SHORT, broken);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    Throwable failure = failure(buyer.requestor().submit(once(spec("a")), NOBODY));

    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.JobFailed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(MeshException.JobFailed.Reason.HANDLER_FAILED);
              assertThat(failed).hasMessageNotContaining("secret");
            });
    assertThat(runs).hasValue(1);
    assertFreed(seller);
  }

  @Test
  void aJobThatFailsAtOneProviderIsTriedAtTheOthersFirst() {
    List<String> told = new ArrayList<>();
    JobHandler broken =
        run -> {
          throw new LinkageError("an error, not an exception");
        };
    market.addSeller(Resources.of(64_000, 1L << 30), SHORT, broken);
    market.addSeller(Resources.of(64_000, 1L << 30), SHORT, broken);
    JobMarket.Seller good = market.addSeller(ROOMY, SHORT, OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    JobListener listener =
        new JobListener() {
          @Override
          public void onReplaced(PeerId provider, String reason) {
            told.add(reason);
          }
        };

    for (int i = 0; i < 6; i++) {
      JobResult result = market.await(buyer.requestor().submit(spec("a"), listener));
      assertThat(result.provider()).isEqualTo(good.host().peerId());
      assertThat(result.placements()).isBetween(1, 3);
      result.close();
    }

    assertThat(told).isNotEmpty().containsOnly("HANDLER_FAILED");
  }

  @Test
  void tooMuchOutputFailsTheJobEvenWhenTheHandlerHidesIt() {
    JobHandler chatty =
        run -> {
          try {
            run.output().write(new byte[2000]);
          } catch (java.io.IOException hidden) {
            return;
          }
        };
    JobMarket.Seller seller = market.addSeller(ROOMY, SHORT, chatty);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    Throwable failure =
        failure(buyer.requestor().submit(once(spec("a")).withOutputBytesMax(1000), NOBODY));

    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.JobFailed.class,
            failed ->
                assertThat(failed.reason())
                    .isEqualTo(MeshException.JobFailed.Reason.OUTPUT_TOO_LARGE));
    assertFreed(seller);
  }

  @Test
  void anInputThatChangesAfterItsDigestFailsTheJob() {
    JobMarket.Seller seller = market.addSeller(ROOMY, SHORT, OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    for (byte[] later : List.of(new byte[] {9, 9, 9}, new byte[] {1, 2})) {
      AtomicBoolean opened = new AtomicBoolean();
      JobInput changing =
          new JobInput() {
            @Override
            public long bytes() {
              return 3;
            }

            @Override
            public InputStream open() {
              return new ByteArrayInputStream(
                  opened.getAndSet(true) ? later : new byte[] {1, 2, 3});
            }
          };

      Throwable failure =
          failure(buyer.requestor().submit(once(JobSpec.of(changing, NEED)), NOBODY));

      assertThat(failure)
          .isInstanceOfSatisfying(
              MeshException.JobFailed.class,
              failed ->
                  assertThat(failed.reason())
                      .isEqualTo(MeshException.JobFailed.Reason.INPUT_WRONG));
    }
    assertFreed(seller);
  }

  @Test
  void aCrashedProviderMidJobIsReplaced() {
    market.addSeller(ROOMY, Duration.ofSeconds(30), OneJobTest.UPPER);
    market.addSeller(ROOMY, Duration.ofSeconds(30), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<PeerId> placed = new ArrayList<>();
    CompletableFuture<JobResult> future =
        buyer.requestor().submit(spec("a"), notingPlacements(placed));
    market.network.time().runUntil(() -> !placed.isEmpty(), Duration.ofSeconds(10));
    market.network.time().runFor(Duration.ofSeconds(12));

    market.network.crash(market.hostOf(placed.get(0)).index());
    JobResult result = market.await(future);

    assertThat(placed).hasSize(2).doesNotHaveDuplicates();
    assertThat(result.placements()).isEqualTo(2);
    result.close();
  }

  @Test
  void aSilentProviderIsReplacedAfterTheGrace() {
    market.addSeller(ROOMY, Duration.ofMinutes(2), OneJobTest.UPPER);
    market.addSeller(ROOMY, Duration.ofMinutes(2), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<PeerId> placed = new ArrayList<>();
    CompletableFuture<JobResult> future =
        buyer.requestor().submit(spec("a"), notingPlacements(placed));
    market.network.time().runUntil(() -> !placed.isEmpty(), Duration.ofSeconds(10));
    market.network.time().runFor(Duration.ofSeconds(7));
    int index = market.hostOf(placed.get(0)).index();
    long beforeNanos = market.network.time().nowNanos();

    market.network.partition(index, buyer.host().index());
    market.network.time().runUntil(() -> placed.size() == 2, Duration.ofMinutes(1));

    assertThat(market.network.time().nowNanos() - beforeNanos)
        .isBetween(Duration.ofSeconds(10).toNanos(), Duration.ofSeconds(16).toNanos());
    market.await(future).close();
    assertFreed(market.sellers.get(0));
    assertFreed(market.sellers.get(1));
  }

  @Test
  void aProviderFreesWhatACrashedRequestorHad() {
    JobMarket.Seller seller = market.addSeller(ROOMY, Duration.ofSeconds(20), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<PeerId> placed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      CompletableFuture<JobResult> unused =
          buyer
              .requestor()
              .submit(
                  spec("a" + i),
                  new JobListener() {
                    @Override
                    public void onPlaced(PeerId provider, int attempt) {
                      placed.add(provider);
                    }
                  });
    }
    market.network.time().runUntil(() -> placed.size() == 4, Duration.ofSeconds(10));
    market.network.time().runFor(Duration.ofSeconds(1));
    assertThat(seller.provider().load().cpuBusyPermille()).isEqualTo(1000);

    market.network.crash(buyer.host().index());

    assertFreed(seller);
  }

  @Test
  void aProviderThatClosesTellsAndTheJobIsReplaced() {
    JobMarket.Seller closing = market.addSeller(ROOMY, Duration.ofSeconds(20), OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<String> told = new ArrayList<>();
    CompletableFuture<JobResult> future =
        buyer
            .requestor()
            .submit(
                spec("a"),
                new JobListener() {
                  @Override
                  public void onPlaced(PeerId provider, int attempt) {
                    told.add("placed");
                  }

                  @Override
                  public void onReplaced(PeerId provider, String reason) {
                    told.add(reason);
                  }
                });
    market.network.time().runUntil(() -> !told.isEmpty(), Duration.ofSeconds(10));
    market.addSeller(ROOMY, SHORT, OneJobTest.UPPER);

    closing.provider().close();
    market.await(future).close();

    assertThat(told).containsExactly("placed", "DRAINING", "placed");
    assertFreed(closing);
  }

  @Test
  void withoutAMatchingOfferTheJobFailsAndSaysWhy() {
    market.addSeller(ROOMY, SHORT, OneJobTest.UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    JobSpec huge = JobSpec.of(JobInput.of(new byte[0]), NEED.withResources(900_000, 1 << 20, 0));

    Throwable failure = failure(buyer.requestor().submit(huge, NOBODY));

    assertThat(failure)
        .isInstanceOf(MeshException.NoOffers.class)
        .hasMessageContaining("0 of 1 offer");
    assertThat(market.network.time().nowNanos())
        .isBetween(Duration.ofSeconds(10).toNanos(), Duration.ofSeconds(12).toNanos());
  }

  @Test
  void aRequestorThatIsNotAdmittedIsToldSo() {
    market.addSeller(ROOMY, SHORT, OneJobTest.UPPER, JobMarket.config(), Admission.nobody());
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    Throwable failure = failure(buyer.requestor().submit(spec("a"), NOBODY));

    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.Refused.class,
            refused -> assertThat(refused.reasons()).containsExactly("NOT_ADMITTED"));
  }

  @Test
  void anInputBeyondTheProvidersBoundIsRefused() {
    JobConfig small =
        JobMarket.config()
            .withProvider(ProviderLimits.defaults().withBytesMax(10, 1L << 30, 1L << 30));
    market.addSeller(ROOMY, SHORT, OneJobTest.UPPER, small, Admission.everyone());
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());

    Throwable failure = failure(buyer.requestor().submit(spec("eleven byte"), NOBODY));

    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.Refused.class,
            refused ->
                assertThat(refused.reasons()).containsExactly("INPUT_BYTES wanted 11 had 10"));
  }

  private static JobListener notingPlacements(List<PeerId> placed) {
    return new JobListener() {
      @Override
      public void onPlaced(PeerId provider, int attempt) {
        placed.add(provider);
      }
    };
  }
}
