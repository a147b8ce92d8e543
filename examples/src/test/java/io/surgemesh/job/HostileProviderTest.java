package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import io.surgemesh.market.Usage;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A requestor against a provider that commits and then does not keep to the protocol. */
class HostileProviderTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int OUTPUT_BYTES_MAX = 100_000;
  private static final byte[] RESULT = {'A'};

  private final JobMarket market = new JobMarket(11);
  private final RawProvider provider = new RawProvider(market);
  private final SimulatedHost host = market.network.addHost();
  private final List<Runnable> userTasks = new ArrayList<>();
  private final List<Integer> progress = new ArrayList<>();
  private final JobListener listener =
      new JobListener() {
        @Override
        public void onProgress(PeerId from, int permille) {
          progress.add(permille);
        }
      };
  private boolean userIsSlow;
  private final Executor user =
      task -> {
        if (userIsSlow) {
          userTasks.add(task);
        } else {
          host.loop().execute(task);
        }
      };
  private final JobMarket.Buyer buyer = market.addBuyer(JobMarket.config(), host, user);
  private final CompletableFuture<JobResult> result = submit();

  private CompletableFuture<JobResult> submit() {
    Requirements need = Requirements.runtime(JobMarket.RUNTIME).withResources(1000, 1 << 20, 0);
    JobSpec spec =
        JobSpec.of(JobInput.of(new byte[] {'a'}), need).withOutputBytesMax(OUTPUT_BYTES_MAX);
    CompletableFuture<JobResult> submitted = buyer.requestor().submit(spec, listener);
    market.network.time().runFor(SECOND);
    return submitted;
  }

  /** Whatever it did, another provider does the job, and only that one is paid. */
  @AfterEach
  void anHonestProviderDoesTheJobAndNothingIsLeft() throws Exception {
    userIsSlow = false;
    userTasks.forEach(host.loop()::execute);
    JobMarket.Seller honest =
        market.addSeller(Resources.of(4000, 1L << 30), SECOND, OneJobTest.UPPER);
    try (JobResult done = market.await(result)) {
      assertThat(done.provider()).isEqualTo(honest.host().peerId());
      assertThat(done.openOutput().readAllBytes()).isEqualTo(RESULT);
    }
    market.network.time().runFor(Duration.ofSeconds(5));
    assertThat(buyer.spools().usedBytes()).isZero();
    assertThat(buyer.log().size().join()).isEqualTo(1);
  }

  private void assertCancelled(CancelCause cause) {
    provider.run(SECOND);
    assertThat(provider.heard).contains(new Control.Cancel(cause, ""));
    assertThat(provider.hasHeard(Control.ReceiptAck.class)).isFalse();
  }

  @Test
  void anOutputOtherThanTheReceiptSaysIsNotPaid() {
    provider.write(new byte[] {'B'}).output().closeWrite();
    provider.claim(RESULT, SECOND, 0);
    assertCancelled(CancelCause.OUTPUT_WRONG);
  }

  @Test
  void anOutputThatEndsEarlyIsNotPaid() {
    provider.claim(new byte[] {'A', 'B'}, SECOND, 0).write(RESULT).output().closeWrite();
    assertCancelled(CancelCause.OUTPUT_WRONG);
  }

  @Test
  void anOutputBeyondTheTermsIsResetAndNotPaid() {
    assertThat(provider.agreement().terms().outputBytesMax()).isEqualTo(OUTPUT_BYTES_MAX);
    provider.write(new byte[OUTPUT_BYTES_MAX]).write(RESULT);
    assertCancelled(CancelCause.OUTPUT_TOO_LARGE);
    assertThat(provider.outputReset).isTrue();
  }

  @Test
  void aReceiptAboveTheRatesIsNotPaid() {
    provider.write(RESULT).output().closeWrite();
    provider.claim(RESULT, SECOND, 1);
    assertCancelled(CancelCause.RECEIPT_WRONG);
  }

  @Test
  void aReceiptForTimeThatHasNotPassedIsNotPaid() {
    provider.write(RESULT).output().closeWrite();
    provider.claim(RESULT, Duration.ofSeconds(20), 0);
    assertCancelled(CancelCause.RECEIPT_WRONG);
  }

  @Test
  void aReceiptUnderAnotherSignatureIsNotPaid() {
    Usage usage = new Usage(0, 0, 0, 0);
    Receipt receipt =
        Receipt.interim(
            provider.agreement().id(), 1, usage, provider.agreement().terms().amount(usage));
    provider.send(
        new Control.ReceiptFrame(receipt, io.surgemesh.multiformats.Bytes.of(new byte[64])));
    assertCancelled(CancelCause.RECEIPT_WRONG);
  }

  @Test
  void aReceiptWithoutAnOutputIsNotPaidAndNotWaitedForEver() {
    provider.claim(RESULT, SECOND, 0);
    for (int i = 0; i < 20; i++) {
      provider.send(new Control.KeepAlive()).run(Duration.ofSeconds(2));
    }
    assertCancelled(CancelCause.OUT_OF_TIME);
  }

  @Test
  void outputBeforeItsReceiptWaitsForItAndIsLetGoWithTheProvider() {
    provider.write(RESULT).output().closeWrite();
    provider.run(SECOND);
    assertThat(buyer.spools().usedBytes()).isEqualTo(RESULT.length);
    provider.run(Duration.ofSeconds(30));
    assertThat(provider.hasHeard(Control.ReceiptAck.class)).isFalse();
    assertThat(buyer.spools().usedBytes()).isZero();
  }

  @Test
  void anOutputThatIsResetEndsTheAgreement() {
    provider.write(RESULT).output().reset();
    provider.run(Duration.ofSeconds(2));
    assertCancelled(CancelCause.UNKNOWN);
  }

  @Test
  void aFloodOfProgressEndsTheAgreement() {
    for (int i = 0; i < 2000; i++) {
      provider.send(new Control.Progress(i % 1000, 0));
    }
    assertCancelled(CancelCause.PROTOCOL);
  }

  @Test
  void progressDoesNotPileUpBeforeASlowUser() {
    userIsSlow = true;
    for (int i = 0; i < 400; i++) {
      provider.send(new Control.Progress(i, 0));
    }
    provider.run(SECOND);
    userIsSlow = false;
    userTasks.forEach(host.loop()::execute);
    userTasks.clear();
    provider.run(SECOND);
    assertThat(progress).containsExactly(399);
    provider.send(new Control.Cancel(CancelCause.JOB_FAILED, ""));
    provider.run(SECOND);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 10})
  void theConnectionMayBreakAtAnyStep(int steps) {
    provider.write(RESULT);
    provider.run(Duration.ofMillis(10L * steps));
    provider.claim(RESULT, SECOND, 1);
    provider.run(Duration.ofMillis(7L * steps));
    provider.output().connection().close();
    provider.run(SECOND);
    assertThat(provider.hasHeard(Control.ReceiptAck.class)).isFalse();
  }
}
