package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderNegotiationTest {
  private static final long SECOND = 1_000_000_000L;

  /** Every answer and event that is not a frame, right ones and wrong ones. */
  private static List<BiConsumer<ProviderNegotiation, Long>> events() {
    List<BiConsumer<ProviderNegotiation, Long>> events = new ArrayList<>();
    events.add((m, now) -> m.onAssessed(new Assessment(Fixtures.TERMS, List.of()), now));
    events.add(
        (m, now) ->
            m.onAssessed(
                new Assessment(Fixtures.TERMS, List.of(Refusal.of(Constraint.PRICE))), now));
    events.add((m, now) -> m.onAcceptVerified(true, now));
    events.add((m, now) -> m.onAcceptVerified(false, now));
    events.add((m, now) -> m.onSigned(Fixtures.SIGNATURE, now));
    events.add((m, now) -> m.onInputBytes(50, now));
    events.add((m, now) -> m.onInputReceived(Fixtures.INPUT_BYTES, Fixtures.SHA256, now));
    events.add((m, now) -> m.onInputReceived(3, Fixtures.SHA256, now));
    events.add((m, now) -> m.onInputReceived(Fixtures.INPUT_BYTES, Fixtures.OFFER_HASH, now));
    events.add((m, now) -> m.onInputFailed(CancelCause.BROKEN, now));
    events.add((m, now) -> m.onProgress(2000, now));
    events.add((m, now) -> m.onRunFinished(10, Fixtures.SHA256, 5, now));
    events.add((m, now) -> m.onRunFailed(CancelCause.JOB_FAILED, now));
    events.add((m, now) -> m.onClaimed(null, now));
    events.add((m, now) -> m.onAckVerified(true, now));
    events.add((m, now) -> m.onAckVerified(false, now));
    events.add((m, now) -> m.onPersisted(true, now));
    events.add((m, now) -> m.onPersisted(false, now));
    events.add(ProviderNegotiation::onDeliveryFailed);
    events.add(ProviderNegotiation::onMalformed);
    events.add(ProviderNegotiation::onBroken);
    events.add(ProviderNegotiation::onClose);
    events.add(ProviderNegotiation::onTimeout);
    return events;
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void everyStateIsReachedAndTakesEveryFrameInPlaceRepeatedAndEarly(JobState state) {
    for (Control frame : Fixtures.oneOfEach()) {
      for (long offset : new long[] {1, 0, 2, -1}) {
        ProviderWalk walk = ProviderWalk.in(state);
        assertThat(walk.machine.state()).isEqualTo(state);

        walk.frame(walk.sent + offset, frame);

        boolean fits = offset == 1 && state.asProvider().accepts(frame.kind());
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
    for (BiConsumer<ProviderNegotiation, Long> event : events()) {
      ProviderWalk walk = ProviderWalk.in(state);
      walk.with(m -> event.accept(m, walk.nowNanos));
      walk.with(m -> event.accept(m, walk.nowNanos));
      for (BiConsumer<ProviderNegotiation, Long> next : events()) {
        walk.with(m -> next.accept(m, walk.nowNanos));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"NEW", "QUOTED", "COMMITTING", "RUNNING", "DELIVERED"})
  void silenceEndsEveryStateAsTheTableSays(JobState state) {
    ProviderWalk walk = ProviderWalk.in(state);
    JobState present = walk.machine.state();
    while (!walk.machine.state().isEnd()) {
      assertThat(walk.machine.deadlineNanos()).isGreaterThanOrEqualTo(walk.nowNanos);
      walk.nowNanos = walk.machine.deadlineNanos();
      walk.with(m -> m.onTimeout(walk.nowNanos));
    }

    assertThat(walk.machine.state()).isEqualTo(state.asProvider().afterSilence(present));
    assertThat(walk.nowNanos).isLessThanOrEqualTo(62 * SECOND);
    assertThat(walk.capacity.isIdle()).isTrue();
  }

  @Test
  void theStraightWaySettlesOnce() {
    ProviderWalk walk = ProviderWalk.in(JobState.SETTLED);

    assertThat(walk.machine.isDone()).isTrue();
    assertThat(walk.finalPersists).isEqualTo(1);
    assertThat(walk.capacity.isIdle()).isTrue();
  }

  @Test
  void capacityStaysTakenUntilTheHandlerOfACancelledJobReturns() {
    ProviderWalk walk = ProviderWalk.in(JobState.RUNNING);
    walk.with(m -> m.onInputReceived(Fixtures.INPUT_BYTES, Fixtures.SHA256, 0));
    walk.frame(new Control.Cancel(CancelCause.REQUESTED, ""));

    assertThat(walk.machine.state()).isEqualTo(JobState.CANCELLED);
    assertThat(walk.machine.isDone()).isFalse();
    assertThat(walk.capacity.freeMillicores()).isEqualTo(3000);
    walk.with(m -> m.onRunFinished(10, Fixtures.SHA256, 5, 0));
    assertThat(walk.machine.isDone()).isTrue();
    assertThat(walk.capacity.isIdle()).isTrue();
  }

  @Test
  void aClosedStreamAfterTheLastAckTakesNothingAway() {
    ProviderWalk walk = ProviderWalk.in(JobState.DELIVERED);
    walk.frame(new Control.ReceiptAck(1, Fixtures.SIGNATURE));
    walk.with(m -> m.onBroken(walk.nowNanos));
    walk.frame(new Control.Cancel(CancelCause.REQUESTED, ""));
    walk.with(m -> m.onAckVerified(true, walk.nowNanos));
    walk.with(m -> m.onPersisted(true, walk.nowNanos));

    assertThat(walk.machine.state()).isEqualTo(JobState.SETTLED);
  }

  @Test
  void anAcceptOfAnythingElseThanTheQuoteIsRefused() {
    Terms cheaper = Fixtures.TERMS.withPrice(io.surgemesh.market.Price.perCpuSecond(1));
    List<Control.Accept> wrong =
        List.of(
            new Control.Accept(Fixtures.agreement(cheaper, 0), Fixtures.SIGNATURE, Fixtures.TASK),
            new Control.Accept(
                Fixtures.AGREEMENT,
                Fixtures.SIGNATURE,
                io.surgemesh.market.Task.of("java:sum", Bytes.EMPTY, 1, Fixtures.SHA256, true)));
    for (Control.Accept accept : wrong) {
      ProviderWalk walk = ProviderWalk.in(JobState.QUOTED);
      walk.frame(accept);
      assertThat(walk.machine.state()).isEqualTo(JobState.REFUSED);
      assertThat(walk.capacity.isIdle()).isTrue();
    }
  }

  @Test
  void anInputOfTheWrongDigestIsNotRun() {
    ProviderWalk walk = ProviderWalk.in(JobState.RUNNING);
    walk.with(m -> m.onInputReceived(Fixtures.INPUT_BYTES, Fixtures.OFFER_HASH, 0));

    assertThat(walk.cancelled(CancelCause.INPUT_WRONG)).isTrue();
    assertThat(walk.outputs).noneMatch(ProviderOutput.Run.class::isInstance);
    assertThat(walk.capacity.isIdle()).isTrue();
  }

  @Test
  void theFirstInputBytesAreToldAtOnceAndLaterOnesNotTooOften() {
    ProviderWalk walk = ProviderWalk.in(JobState.RUNNING);
    for (int i = 1; i <= 100; i++) {
      walk.nowNanos += 10_000_000L;
      long bytes = i;
      walk.with(m -> m.onInputBytes(bytes, walk.nowNanos));
      walk.with(m -> m.onTimeout(walk.nowNanos));
    }

    long told =
        walk.outputs.stream()
            .filter(
                output ->
                    output instanceof ProviderOutput.Send send
                        && send.control() instanceof Control.Progress)
            .count();
    assertThat(told).isEqualTo(4);
  }

  @Test
  void whoOnlyStaysAliveLosesTheJobOneGraceAfterAReceipt() {
    ProviderWalk walk = ProviderWalk.in(JobState.RUNNING);
    walk.nowNanos = 5 * SECOND;
    walk.with(m -> m.onTimeout(walk.nowNanos));
    walk.claim();
    while (walk.nowNanos < 19 * SECOND) {
      walk.nowNanos += SECOND;
      walk.frame(new Control.KeepAlive());
      walk.with(m -> m.onTimeout(walk.nowNanos));
    }
    assertThat(walk.machine.state()).isEqualTo(JobState.RUNNING);
    assertThat(walk.machine.deadlineNanos()).isLessThanOrEqualTo(20 * SECOND);

    walk.nowNanos = 20 * SECOND;
    walk.with(m -> m.onTimeout(walk.nowNanos));

    assertThat(walk.cancelled(CancelCause.OUT_OF_TIME)).isTrue();
    assertThat(walk.capacity.isIdle()).isTrue();
  }

  @Test
  void aFloodOfFramesEndsTheJobAndManyInGoodTimeDoNot() {
    ProviderWalk walk = ProviderWalk.in(JobState.RUNNING);
    for (int i = 0; i < 500; i++) {
      walk.nowNanos += SECOND / 20;
      walk.frame(new Control.KeepAlive());
    }
    assertThat(walk.machine.state()).isEqualTo(JobState.RUNNING);
    for (int i = 0; i < 600; i++) {
      walk.frame(new Control.KeepAlive());
    }
    assertThat(walk.cancelled(CancelCause.PROTOCOL)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsSoldTwiceWhateverManyNegotiationsDo(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      Capacity capacity = new Capacity(20_000);
      capacity.resize(4000, 6 << 20);
      List<ProviderWalk> walks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        walks.add(new ProviderWalk(capacity));
      }
      for (int step = 0; step < 400; step++) {
        ProviderWalk walk = walks.get(random.nextInt(walks.size()));
        walk.nowNanos += random.nextLong(SECOND / 4);
        if (random.nextInt(10) < 9) {
          goOn(walk, random);
        } else {
          BiConsumer<ProviderNegotiation, Long> event =
              events().get(random.nextInt(events().size()));
          walk.with(m -> event.accept(m, walk.nowNanos));
        }
      }
      for (ProviderWalk walk : walks) {
        walk.with(m -> m.onClose(walk.nowNanos));
        walk.with(m -> m.onRunFailed(CancelCause.JOB_FAILED, walk.nowNanos));
        assertThat(walk.machine.isDone() || walk.machine.state() == JobState.DELIVERED).isTrue();
        walk.with(m -> m.onAckVerified(false, walk.nowNanos));
        walk.with(m -> m.onPersisted(true, walk.nowNanos));
        assertThat(walk.machine.isDone()).isTrue();
      }
      assertThat(capacity.isIdle()).as("seed %s round %s", seed, round).isTrue();
    }
  }

  /** The next step of the straight way, at times a wrong one. */
  private static void goOn(ProviderWalk walk, SplittableRandom random) {
    long now = walk.nowNanos;
    switch (walk.machine.state()) {
      case NEW -> {
        walk.frame(Fixtures.ASK);
        walk.with(m -> m.onAssessed(new Assessment(Fixtures.TERMS, List.of()), now));
      }
      case QUOTED -> {
        walk.with(m -> m.onTimeout(now));
        walk.frame(Fixtures.ACCEPT);
      }
      case COMMITTING -> {
        walk.with(m -> m.onAcceptVerified(random.nextInt(9) > 0, now));
        walk.with(m -> m.onSigned(Fixtures.SIGNATURE, now));
      }
      case RUNNING -> {
        walk.with(m -> m.onInputReceived(Fixtures.INPUT_BYTES, Fixtures.SHA256, now));
        if (random.nextBoolean()) {
          walk.with(m -> m.onRunFinished(10, Fixtures.SHA256, 5, now));
        }
        walk.claim();
      }
      case DELIVERED -> {
        walk.frame(new Control.ReceiptAck(1, Fixtures.SIGNATURE));
        walk.with(m -> m.onAckVerified(true, now));
        walk.with(m -> m.onPersisted(true, now));
      }
      default -> walk.frame(Fixtures.ASK);
    }
  }
}
