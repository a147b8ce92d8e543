package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.market.Amount;
import io.surgemesh.market.Price;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestorNegotiationTest {
  private static final long SECOND = 1_000_000_000L;

  private static List<BiConsumer<RequestorNegotiation, Long>> events() {
    List<BiConsumer<RequestorNegotiation, Long>> events = new ArrayList<>();
    events.add(RequestorNegotiation::onOpened);
    events.add((m, now) -> m.onSigned(Fixtures.SIGNATURE, now));
    events.add((m, now) -> m.onCommitVerified(true, now));
    events.add((m, now) -> m.onCommitVerified(false, now));
    events.add((m, now) -> m.onClaimVerified(true, now));
    events.add((m, now) -> m.onClaimVerified(false, now));
    events.add((m, now) -> m.onOutput(10, Fixtures.SHA256, now));
    events.add((m, now) -> m.onOutput(11, Fixtures.SHA256, now));
    events.add((m, now) -> m.onTransferFailed(CancelCause.BROKEN, now));
    events.add((m, now) -> m.onSettled(null, now));
    events.add(RequestorNegotiation::onMalformed);
    events.add(RequestorNegotiation::onBroken);
    events.add(RequestorNegotiation::onCancel);
    events.add(RequestorNegotiation::onTimeout);
    return events;
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void everyStateIsReachedAndTakesEveryFrameInPlaceRepeatedAndEarly(JobState state) {
    for (Control frame : Fixtures.oneOfEach()) {
      for (long offset : new long[] {1, 0, 2, -1}) {
        RequestorWalk walk = RequestorWalk.in(state);
        assertThat(walk.machine.state()).isEqualTo(state);

        walk.frame(walk.sent + offset, frame);

        boolean fits = offset == 1 && state.asRequestor().accepts(frame.kind());
        if (!state.isEnd() && !fits) {
          assertThat(walk.cancelled(CancelCause.PROTOCOL)).isTrue();
          assertThat(walk.machine.state()).isEqualTo(JobState.FAILED);
        }
        walk.frame(walk.sent + 1, frame);
        walk.frame(walk.sent + 2, frame);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void everyStateTakesEveryEventTwice(JobState state) {
    for (BiConsumer<RequestorNegotiation, Long> event : events()) {
      RequestorWalk walk = RequestorWalk.in(state);
      walk.with(m -> event.accept(m, walk.nowNanos));
      walk.with(m -> event.accept(m, walk.nowNanos));
      for (BiConsumer<RequestorNegotiation, Long> next : events()) {
        walk.with(m -> next.accept(m, walk.nowNanos));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"NEW", "QUOTED", "COMMITTING", "RUNNING", "DELIVERED"})
  void silenceEndsEveryStateAsTheTableSays(JobState state) {
    RequestorWalk walk = RequestorWalk.in(state);
    while (!walk.machine.state().isEnd()) {
      assertThat(walk.machine.deadlineNanos()).isGreaterThanOrEqualTo(walk.nowNanos);
      walk.nowNanos = walk.machine.deadlineNanos();
      walk.with(m -> m.onTimeout(walk.nowNanos));
    }

    assertThat(walk.machine.state()).isEqualTo(state.asRequestor().afterSilence(state));
    assertThat(walk.nowNanos).isLessThanOrEqualTo(16 * SECOND);
  }

  @Test
  void aCommitThatComesTooLateIsCancelled() {
    RequestorWalk walk = RequestorWalk.in(JobState.COMMITTING);
    walk.nowNanos = 5 * SECOND;
    walk.with(m -> m.onTimeout(walk.nowNanos));
    walk.frame(new Control.Commit(Fixtures.SIGNATURE));

    assertThat(walk.cancelled(CancelCause.LATE_COMMIT)).isTrue();
    assertThat(walk.machine.state()).isEqualTo(JobState.EXPIRED);
  }

  @Test
  void theOutputMayComeBeforeTheReceiptAndIsCheckedAgainstIt() {
    for (long bytes : new long[] {10, 11}) {
      RequestorWalk walk = RequestorWalk.in(JobState.RUNNING);
      walk.with(m -> m.onOutput(bytes, Fixtures.SHA256, 0));
      walk.receipt(Fixtures.last(walk.agreementId, 1, 1));
      walk.with(m -> m.onClaimVerified(true, 0));
      walk.settle();

      assertThat(walk.machine.state()).isEqualTo(bytes == 10 ? JobState.SETTLED : JobState.FAILED);
      assertThat(walk.cancelled(CancelCause.OUTPUT_WRONG)).isEqualTo(bytes == 11);
    }
  }

  @Test
  void theAckLeavesOnlyWhenTheReceiptIsDurable() {
    RequestorWalk walk = RequestorWalk.in(JobState.DELIVERED);
    walk.with(m -> m.onClaimVerified(true, walk.nowNanos));
    walk.with(m -> m.onOutput(10, Fixtures.SHA256, walk.nowNanos));

    assertThat(walk.outputs).anyMatch(RequestorOutput.Settle.class::isInstance);
    assertThat(isAcked(walk)).isFalse();
    walk.settle();
    assertThat(isAcked(walk)).isTrue();
  }

  private static boolean isAcked(RequestorWalk walk) {
    return walk.outputs.stream()
        .anyMatch(
            output ->
                output instanceof RequestorOutput.Send send
                    && send.control() instanceof Control.ReceiptAck);
  }

  @Test
  void nothingButTheDiskEndsAJobThatIsBeingSettled() {
    RequestorWalk walk = RequestorWalk.in(JobState.DELIVERED);
    walk.with(m -> m.onClaimVerified(true, walk.nowNanos));
    walk.with(m -> m.onOutput(10, Fixtures.SHA256, walk.nowNanos));
    walk.frame(new Control.Cancel(CancelCause.DRAINING, ""));
    walk.with(m -> m.onBroken(walk.nowNanos));
    walk.with(m -> m.onCancel(walk.nowNanos));
    walk.nowNanos += 1000 * SECOND;
    walk.with(m -> m.onTimeout(walk.nowNanos));
    walk.settle();

    assertThat(walk.machine.state()).isEqualTo(JobState.SETTLED);
  }

  @Test
  void aClaimBeyondWhatIsOwedIsNotSigned() {
    Usage long20 = new Usage(20 * SECOND, 0, Fixtures.INPUT_BYTES, 0);
    Usage right = new Usage(5 * SECOND, 0, Fixtures.INPUT_BYTES, 0);
    Usage moved = new Usage(5 * SECOND, 0, Fixtures.INPUT_BYTES + 1, 0);
    Amount owed = Fixtures.TERMS.amount(right);
    for (int i = 0; i < 6; i++) {
      RequestorWalk walk = RequestorWalk.in(JobState.RUNNING);
      walk.nowNanos += 5 * SECOND;
      Receipt receipt =
          switch (i) {
            case 0 -> Receipt.interim(walk.agreementId, 1, long20, Fixtures.TERMS.amount(long20));
            case 1 -> Receipt.interim(walk.agreementId, 1, right, owed.plusOrMax(Amount.of(1)));
            case 2 -> Receipt.interim(walk.agreementId, 2, right, owed);
            case 3 -> Receipt.interim(Fixtures.OFFER_HASH, 1, right, owed);
            case 4 -> Receipt.interim(walk.agreementId, 1, moved, owed);
            default -> Receipt.interim(walk.agreementId, 1, right, Amount.of(40_001));
          };
      walk.receipt(receipt);
      assertThat(walk.cancelled(CancelCause.RECEIPT_WRONG)).as("case %s", i).isTrue();
      assertThat(walk.outputs).noneMatch(RequestorOutput.Settle.class::isInstance);
    }
  }

  @Test
  void receiptsMayNotFallBehindEarlierOnes() {
    RequestorWalk walk = RequestorWalk.in(JobState.RUNNING);
    walk.nowNanos += 9 * SECOND;
    walk.receipt(Fixtures.interim(walk.agreementId, 1, 9));
    walk.with(m -> m.onClaimVerified(true, walk.nowNanos));
    walk.settle();
    assertThat(walk.machine.state()).isEqualTo(JobState.RUNNING);

    walk.receipt(Fixtures.interim(walk.agreementId, 2, 8));

    assertThat(walk.cancelled(CancelCause.RECEIPT_WRONG)).isTrue();
  }

  @Test
  void aQuoteWorseThanAskedForIsNotAccepted() {
    RequestorWalk walk = RequestorWalk.in(JobState.NEW);
    walk.frame(new Control.Quote(Fixtures.TERMS.withPrice(Price.perCpuSecond(1001)), 2000));
    assertThat(walk.machine.state()).isEqualTo(JobState.FAILED);

    RequestorWalk cheaper = RequestorWalk.in(JobState.NEW);
    cheaper.frame(new Control.Quote(Fixtures.TERMS.withPrice(Price.perCpuSecond(999)), 2000));
    assertThat(cheaper.machine.state()).isEqualTo(JobState.QUOTED);
  }

  @Test
  void signsOfLifeComeThreeTimesPerGrace() {
    RequestorWalk walk = RequestorWalk.in(JobState.RUNNING);
    for (int i = 0; i < 600 && !walk.machine.state().isEnd(); i++) {
      walk.nowNanos += SECOND / 10;
      if (i % 50 == 0) {
        walk.frame(new Control.KeepAlive());
      }
      walk.with(m -> m.onTimeout(walk.nowNanos));
    }

    long keptAlive =
        walk.outputs.stream()
            .filter(
                output ->
                    output instanceof RequestorOutput.Send send
                        && send.control() instanceof Control.KeepAlive)
            .count();
    assertThat(Duration.ofSeconds(60 / keptAlive)).isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noSequenceOfInputsSettlesTwiceOrThrows(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<BiConsumer<RequestorNegotiation, Long>> events = events();
    List<JobState> open = Arrays.stream(JobState.values()).filter(state -> !state.isEnd()).toList();
    for (int round = 0; round < 3000; round++) {
      JobState from = open.get(random.nextInt(open.size()));
      RequestorWalk walk = RequestorWalk.in(from);
      for (int step = 0; step < 30; step++) {
        walk.nowNanos += random.nextLong(SECOND / 2);
        int choice = random.nextInt(6);
        if (choice == 0) {
          walk.settle();
        } else if (choice == 1) {
          walk.receipt(
              Fixtures.last(
                  walk.agreementId.isEmpty() ? Fixtures.AGREEMENT.id() : walk.agreementId, 1, 1));
        } else if (choice == 2) {
          List<Control> frames = Fixtures.oneOfEach();
          walk.frame(frames.get(random.nextInt(frames.size())));
        } else {
          BiConsumer<RequestorNegotiation, Long> event = events.get(random.nextInt(8));
          walk.with(m -> event.accept(m, walk.nowNanos));
        }
      }
    }
  }
}
