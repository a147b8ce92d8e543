package io.surgemesh.session;

import static io.surgemesh.session.Yamux.WINDOW_BYTES_INITIAL;
import static io.surgemesh.session.YamuxFrame.FLAG_ACK;
import static io.surgemesh.session.YamuxFrame.FLAG_FIN;
import static io.surgemesh.session.YamuxFrame.FLAG_RST;
import static io.surgemesh.session.YamuxFrame.FLAG_SYN;
import static io.surgemesh.session.YamuxFrame.TYPE_DATA;
import static io.surgemesh.session.YamuxFrame.TYPE_GO_AWAY;
import static io.surgemesh.session.YamuxFrame.TYPE_PING;
import static io.surgemesh.session.YamuxFrame.TYPE_WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.machine.Machine;
import io.surgemesh.session.YamuxOutput.Credited;
import io.surgemesh.session.YamuxOutput.Gone;
import io.surgemesh.session.YamuxOutput.Misbehaved;
import io.surgemesh.session.YamuxOutput.Opened;
import io.surgemesh.session.YamuxOutput.Reason;
import io.surgemesh.session.YamuxOutput.RemoteClosed;
import io.surgemesh.session.YamuxOutput.Reset;
import io.surgemesh.session.YamuxOutput.WentAway;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class YamuxTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final YamuxLimits LIMITS = YamuxLimits.defaults();

  /** The side under test dialled, so its streams are odd and the peer's even. */
  private final Yamux yamux = new Yamux(true, LIMITS, 0);

  private void frame(int type, int flags, int streamId, int length) {
    frame(type, flags, streamId, length, 0);
  }

  private void frame(int type, int flags, int streamId, int length, long nowNanos) {
    byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    new YamuxFrame(type, flags, streamId, length).write(header, 0);
    yamux.onHeader(header, 0, nowNanos);
  }

  private void data(int flags, int streamId, int length) {
    frame(TYPE_DATA, flags, streamId, length);
    yamux.onBodyEnd(0);
  }

  private List<YamuxOutput> outputs() {
    List<YamuxOutput> outputs = new ArrayList<>();
    for (YamuxOutput output = yamux.poll(); output != null; output = yamux.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  private List<YamuxFrame> frames() {
    List<YamuxFrame> frames = new ArrayList<>();
    for (YamuxFrame frame = yamux.pollFrame(); frame != null; frame = yamux.pollFrame()) {
      frames.add(frame);
    }
    return frames;
  }

  private void assertMisbehaved(Reason reason) {
    assertThat(outputs()).endsWith(new Misbehaved(reason));
    assertThat(frames()).containsExactly(new YamuxFrame(TYPE_GO_AWAY, 0, 0, 1));
    assertThat(yamux.open(0)).isZero();
    assertThat(yamux.deadlineNanos()).isEqualTo(Machine.NEVER);
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 100, 0);
    assertThat(outputs()).isEmpty();
  }

  @Test
  void openedStreamsHaveOddIdsAndTheInitialWindow() {
    assertThat(yamux.open(0)).isEqualTo(1);
    assertThat(yamux.open(0)).isEqualTo(3);
    assertThat(frames())
        .containsExactly(
            new YamuxFrame(TYPE_WINDOW_UPDATE, FLAG_SYN, 1, 0),
            new YamuxFrame(TYPE_WINDOW_UPDATE, FLAG_SYN, 3, 0));
    assertThat(yamux.credit(1)).isEqualTo(WINDOW_BYTES_INITIAL);
  }

  @Test
  void theListeningSideOpensEvenIds() {
    assertThat(new Yamux(false, LIMITS, 0).open(0)).isEqualTo(2);
  }

  @Test
  void aPeersStreamIsAcknowledgedAndItsFirstFrameMayCarryData() {
    frame(TYPE_DATA, FLAG_SYN, 2, 5);
    assertThat(outputs()).containsExactly(new Opened(2));
    assertThat(yamux.bodyStreamId()).isEqualTo(2);
    assertThat(yamux.bodyBytes()).isEqualTo(5);
    assertThat(frames()).containsExactly(new YamuxFrame(TYPE_WINDOW_UPDATE, FLAG_ACK, 2, 0));
  }

  @Test
  void theEndOfADirectionComesAfterTheBody() {
    frame(TYPE_DATA, FLAG_SYN | FLAG_FIN, 2, 5);
    assertThat(outputs()).containsExactly(new Opened(2));
    yamux.onBodyEnd(0);
    assertThat(outputs()).containsExactly(new RemoteClosed(2));
    assertThat(yamux.isOpen(2)).isTrue();
    yamux.closeWrite(2);
    assertThat(yamux.isOpen(2)).isFalse();
    assertThat(frames()).endsWith(new YamuxFrame(TYPE_WINDOW_UPDATE, FLAG_FIN, 2, 0));
  }

  @Test
  void creditIsSpentAndComesBack() {
    int id = yamux.open(0);
    yamux.onSent(id, WINDOW_BYTES_INITIAL);
    assertThat(yamux.credit(id)).isZero();
    frame(TYPE_WINDOW_UPDATE, FLAG_ACK, id, 1000);
    assertThat(outputs()).containsExactly(new Credited(id));
    frame(TYPE_WINDOW_UPDATE, 0, id, 1000);
    assertThat(outputs()).isEmpty();
    assertThat(yamux.credit(id)).isEqualTo(2000);
    yamux.closeWrite(id);
    assertThat(yamux.credit(id)).isZero();
  }

  @Test
  void creditGoesBackOnceHalfAWindowIsConsumed() {
    data(FLAG_SYN, 2, WINDOW_BYTES_INITIAL);
    frames();
    yamux.consumed(2, WINDOW_BYTES_INITIAL / 2 - 1, SECOND);
    assertThat(frames()).isEmpty();
    yamux.consumed(2, 1, SECOND);
    assertThat(frames())
        .containsExactly(
            new YamuxFrame(TYPE_PING, FLAG_SYN, 0, 1),
            new YamuxFrame(TYPE_WINDOW_UPDATE, 0, 2, WINDOW_BYTES_INITIAL / 2));
  }

  @Test
  void consumingMoreThanArrivedGivesNoExtraCredit() {
    data(FLAG_SYN, 2, WINDOW_BYTES_INITIAL / 2);
    frames();
    yamux.consumed(2, Integer.MAX_VALUE, SECOND);
    assertThat(frames())
        .containsExactly(
            new YamuxFrame(TYPE_PING, FLAG_SYN, 0, 1),
            new YamuxFrame(TYPE_WINDOW_UPDATE, 0, 2, WINDOW_BYTES_INITIAL / 2));
    yamux.consumed(2, WINDOW_BYTES_INITIAL, SECOND);
    assertThat(frames()).isEmpty();
  }

  /** Lets the peer use up its credit on stream 2 at once; returns the credit it gets for it. */
  private int useUp(int credit, long nowNanos) {
    data(0, 2, credit);
    yamux.consumed(2, credit, nowNanos);
    List<YamuxFrame> granted = frames();
    granted.removeIf(frame -> frame.type() == TYPE_PING);
    assertThat(granted).hasSize(1);
    return granted.get(0).length();
  }

  @Test
  void theWindowOfABusyStreamGrowsToItsBound() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frames();
    int credit = WINDOW_BYTES_INITIAL;
    for (int i = 0; i < 10; i++) {
      credit = useUp(credit, i);
    }
    assertThat(credit).isEqualTo(LIMITS.windowBytesMax());
    assertThat(outputs()).containsExactly(new Opened(2));
  }

  @Test
  void aSecondStreamGrowsAtOnceToWhatTheFirstHasShownThePathToNeed() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frames();
    int window = useUp(useUp(WINDOW_BYTES_INITIAL, 1), 2);
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 4, 0);
    frames();
    int consumed = WINDOW_BYTES_INITIAL / 4;
    data(0, 4, consumed);
    yamux.consumed(4, consumed - 1, 3);
    assertThat(frames()).isEmpty();
    yamux.consumed(4, 1, 3);
    int more = window - WINDOW_BYTES_INITIAL;
    assertThat(more).isPositive();
    assertThat(frames()).containsExactly(new YamuxFrame(TYPE_WINDOW_UPDATE, 0, 4, more + consumed));
  }

  @Test
  void allWindowsTogetherGrowToTheirSumOnly() {
    long granted = 0;
    for (int stream = 2; stream <= 8; stream += 2) {
      frame(TYPE_WINDOW_UPDATE, FLAG_SYN, stream, 0);
      frames();
      int credit = WINDOW_BYTES_INITIAL;
      for (int i = 0; i < 10; i++) {
        data(0, stream, credit);
        yamux.consumed(stream, credit, i);
        credit = frames().stream().filter(f -> f.type() != TYPE_PING).findFirst().get().length();
      }
      granted += credit;
    }
    // The windows that streams begin with are given beyond the sum.
    assertThat(granted).isLessThanOrEqualTo(LIMITS.windowBytesSum() + 3L * WINDOW_BYTES_INITIAL);
    assertThat(granted).isGreaterThan(LIMITS.windowBytesSum() / 2);
  }

  @Test
  void aWindowGrowsWhenItIsUsedUpWithinTwoMeasuredRoundTrips() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frames();
    data(0, 2, WINDOW_BYTES_INITIAL);
    yamux.consumed(2, WINDOW_BYTES_INITIAL, SECOND);
    YamuxFrame ping = frames().get(0);
    assertThat(ping.type()).isEqualTo(TYPE_PING);
    long rtt = SECOND / 10;
    frame(TYPE_PING, FLAG_ACK, 0, ping.length(), SECOND + rtt);
    int credit = useUp(WINDOW_BYTES_INITIAL, SECOND + 2 * rtt);
    assertThat(credit).isEqualTo(2 * WINDOW_BYTES_INITIAL);
    assertThat(useUp(credit, SECOND + 4 * rtt + 1)).isEqualTo(credit);
  }

  @Test
  void answersToPingsThatWereNotSentMeasureNothing() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frames();
    frame(TYPE_PING, FLAG_ACK, 0, 0);
    frame(TYPE_PING, FLAG_ACK, 0, 1);
    assertThat(useUp(WINDOW_BYTES_INITIAL, LIMITS.growWithinNanos()))
        .isEqualTo(2 * WINDOW_BYTES_INITIAL);
  }

  @Test
  void aPathIsMeasuredAgainAfterAWhileOnly() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frames();
    int pings = 0;
    for (int second = 1; second <= 30; second++) {
      data(0, 2, WINDOW_BYTES_INITIAL);
      yamux.consumed(2, WINDOW_BYTES_INITIAL, second * SECOND);
      for (YamuxFrame frame : frames()) {
        if (frame.type() == TYPE_PING) {
          pings++;
          frame(TYPE_PING, FLAG_ACK, 0, frame.length(), second * SECOND + 1);
        }
      }
    }
    assertThat(pings).isEqualTo(3);
  }

  @Test
  void dataBeyondTheWindowIsMisbehaviour() {
    data(FLAG_SYN, 2, WINDOW_BYTES_INITIAL);
    data(0, 2, 1);
    assertMisbehaved(Reason.WINDOW_EXCEEDED);
  }

  @Test
  void aStreamOpenedWithMoreDataThanItsWindowIsMisbehaviour() {
    frame(TYPE_DATA, FLAG_SYN, 2, WINDOW_BYTES_INITIAL + 1);
    assertMisbehaved(Reason.WINDOW_EXCEEDED);
    assertThat(yamux.bodyBytes()).isZero();
  }

  @Test
  void aLengthOfThirtyTwoBitsIsMisbehaviour() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frame(TYPE_DATA, 0, 2, -1);
    assertMisbehaved(Reason.WINDOW_EXCEEDED);
  }

  @Test
  void aLengthOfThirtyTwoBitsOnAnUnknownStreamIsMisbehaviour() {
    frame(TYPE_DATA, 0, 2, -1);
    assertMisbehaved(Reason.WINDOW_EXCEEDED);
  }

  @Test
  void creditThatOverflowsIsMisbehaviour() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0xffff_ffff - WINDOW_BYTES_INITIAL);
    assertThat(yamux.credit(2)).isEqualTo(0xffff_ffffL);
    frame(TYPE_WINDOW_UPDATE, 0, 2, 1);
    assertMisbehaved(Reason.CREDIT_OVERFLOW);
  }

  @Test
  void dataAfterTheEndIsMisbehaviour() {
    data(FLAG_SYN | FLAG_FIN, 2, 1);
    data(0, 2, 1);
    assertMisbehaved(Reason.WINDOW_EXCEEDED);
  }

  @Test
  void aStreamOpenedTwiceIsMisbehaviour() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2, 0);
    assertMisbehaved(Reason.BAD_OPEN);
  }

  @Test
  void aStreamOpenedWithAnIdOfOursIsMisbehaviour() {
    frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 1, 0);
    assertMisbehaved(Reason.BAD_OPEN);
  }

  @Test
  void streamFramesOnTheSessionAreMisbehaviour() {
    frame(TYPE_DATA, 0, 0, 1);
    assertMisbehaved(Reason.BAD_STREAM_ID);
  }

  @Test
  void aPingOnAStreamIsMisbehaviour() {
    frame(TYPE_PING, FLAG_SYN, 2, 1);
    assertMisbehaved(Reason.BAD_STREAM_ID);
  }

  @Test
  void aGoAwayOnAStreamIsMisbehaviour() {
    frame(TYPE_GO_AWAY, 0, 2, 0);
    assertMisbehaved(Reason.BAD_STREAM_ID);
  }

  @Test
  void aPingWithoutDirectionIsMisbehaviour() {
    frame(TYPE_PING, 0, 0, 1);
    assertMisbehaved(Reason.BAD_FRAME);
  }

  @Test
  void anUnknownTypeIsMisbehaviour() {
    frame(4, 0, 2, 0);
    assertMisbehaved(Reason.BAD_FRAME);
  }

  @Test
  void anUnknownFlagIsMisbehaviour() {
    frame(TYPE_WINDOW_UPDATE, 16, 2, 0);
    assertMisbehaved(Reason.BAD_FRAME);
  }

  @Test
  void anUnknownVersionIsMisbehaviour() {
    byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    header[0] = 1;
    yamux.onHeader(header, 0, 0);
    assertMisbehaved(Reason.BAD_FRAME);
  }

  @Test
  void pingsAreAnsweredUntilTooManyAnswersWait() {
    frame(TYPE_PING, FLAG_SYN, 0, 77);
    assertThat(frames()).containsExactly(new YamuxFrame(TYPE_PING, FLAG_ACK, 0, 77));
    for (int i = 0; i < LIMITS.pingRepliesMax(); i++) {
      frame(TYPE_PING, FLAG_SYN, 0, i);
    }
    assertThat(outputs()).isEmpty();
    frame(TYPE_PING, FLAG_SYN, 0, 0);
    assertMisbehaved(Reason.FLOOD);
  }

  @Test
  void pingsThatAreAnsweredInTimeAreNoFlood() {
    for (int i = 0; i < 10_000; i++) {
      frame(TYPE_PING, FLAG_SYN, 0, i);
      assertThat(frames()).hasSize(1);
    }
    assertThat(outputs()).isEmpty();
  }

  @Test
  void streamsBeyondTheLimitAreResetAndTheirDataIsDrained() {
    for (int i = 1; i <= LIMITS.inboundStreamsMax(); i++) {
      frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2 * i, 0);
      frames();
    }
    outputs();
    int beyond = 2 * LIMITS.inboundStreamsMax() + 2;
    frame(TYPE_DATA, FLAG_SYN, beyond, 100);
    assertThat(frames()).containsExactly(new YamuxFrame(TYPE_WINDOW_UPDATE, FLAG_RST, beyond, 0));
    assertThat(yamux.bodyStreamId()).isZero();
    assertThat(yamux.bodyBytes()).isEqualTo(100);
    assertThat(outputs()).isEmpty();
    assertThat(yamux.streamCount()).isEqualTo(LIMITS.inboundStreamsMax());
  }

  @Test
  void aFloodOfStreamsBeyondTheLimitEndsTheSession() {
    for (int i = 1; i <= LIMITS.inboundStreamsMax() + LIMITS.resetsBurst() + 1; i++) {
      frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2 * i, 0);
      frames();
    }
    assertThat(outputs()).endsWith(new Misbehaved(Reason.FLOOD));
  }

  @Test
  void streamsOpenedAndResetAtOnceEndTheSession() {
    for (int i = 1; i <= LIMITS.resetsBurst() + 1; i++) {
      frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2 * i, 0);
      frame(TYPE_WINDOW_UPDATE, FLAG_RST, 2 * i, 0);
      frames();
    }
    assertThat(outputs()).endsWith(new Misbehaved(Reason.FLOOD));
  }

  @Test
  void openingsWhoseAnswersAreNotReadEndTheSession() {
    for (int i = 1; i <= LIMITS.framesQueuedMax() + 1; i++) {
      frame(TYPE_WINDOW_UPDATE, FLAG_SYN, 2 * i, 0);
    }
    assertThat(yamux.framesQueued()).isEqualTo(1);
    assertThat(outputs()).endsWith(new Misbehaved(Reason.FLOOD));
  }

  @Test
  void dataOfStreamsThatWeResetIsForgivenButAFloodForUnknownOnesIsNot() {
    int id = yamux.open(0);
    yamux.reset(id);
    for (int i = 0; i < 5000; i++) {
      data(0, id, 10);
    }
    assertThat(outputs()).isEmpty();
    for (int i = 0; i <= LIMITS.unknownFramesPerSecond(); i++) {
      data(0, 9998, 10);
    }
    assertThat(outputs()).containsExactly(new Misbehaved(Reason.FLOOD));
  }

  @Test
  void asManyBytesAreForgivenAsThePeerHadCreditForHoweverManyStreamsWeReset() {
    List<Integer> reset = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int id = yamux.open(0);
      yamux.reset(id);
      reset.add(id);
    }
    frames();
    // One short frame after the other on each, far more than are borne of streams never open.
    for (int round = 0; round < 100; round++) {
      for (int id : reset) {
        data(0, id, 20);
      }
    }
    assertThat(outputs()).isEmpty();
  }

  @Test
  void noMoreIsForgivenThanThePeerHadCreditFor() {
    int id = yamux.open(0);
    yamux.reset(id);
    for (int i = 0; i < WINDOW_BYTES_INITIAL / 1024; i++) {
      data(0, id, 1024);
    }
    assertThat(outputs()).isEmpty();
    for (int i = 0; i <= LIMITS.unknownFramesPerSecond(); i++) {
      data(0, id, 1);
    }
    assertThat(outputs()).containsExactly(new Misbehaved(Reason.FLOOD));
  }

  @Test
  void framesWithoutABodyAreNotForgivenForEver() {
    int id = yamux.open(0);
    yamux.reset(id);
    for (int i = 0; i <= WINDOW_BYTES_INITIAL + LIMITS.unknownFramesPerSecond(); i++) {
      data(0, id, 0);
    }
    assertThat(outputs()).containsExactly(new Misbehaved(Reason.FLOOD));
  }

  @Test
  void theLastIdIsUsedOnceAndTheSessionGoesAway() {
    Yamux old = new Yamux(true, Integer.MAX_VALUE - 2, LIMITS, 0);
    assertThat(old.open(0)).isEqualTo(Integer.MAX_VALUE - 2);
    assertThat(old.poll()).isNull();
    assertThat(old.open(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(old.poll()).isEqualTo(new WentAway(true));
    assertThat(old.open(0)).isZero();
    assertThat(old.isOpen(Integer.MAX_VALUE)).isTrue();
    List<YamuxFrame> sent = new ArrayList<>();
    for (YamuxFrame frame = old.pollFrame(); frame != null; frame = old.pollFrame()) {
      sent.add(frame);
    }
    assertThat(sent).endsWith(new YamuxFrame(TYPE_GO_AWAY, 0, 0, 0));
  }

  @Test
  void unacknowledgedStreamsAreBounded() {
    for (int i = 0; i < LIMITS.unackedStreamsMax(); i++) {
      assertThat(yamux.open(0)).isPositive();
    }
    assertThat(yamux.open(0)).isZero();
    frame(TYPE_WINDOW_UPDATE, FLAG_ACK, 1, 0);
    assertThat(yamux.open(0)).isPositive();
  }

  @Test
  void aResetOfThePeerEndsTheStream() {
    int id = yamux.open(0);
    frame(TYPE_WINDOW_UPDATE, FLAG_RST, id, 0);
    assertThat(outputs()).containsExactly(new Reset(id));
    assertThat(yamux.isOpen(id)).isFalse();
    assertThat(yamux.credit(id)).isZero();
  }

  @Test
  void afterGoAwayNoStreamOpensButOpenOnesGoOn() {
    int id = yamux.open(0);
    frame(TYPE_GO_AWAY, 0, 0, 0);
    assertThat(outputs()).containsExactly(new WentAway(true));
    assertThat(yamux.open(0)).isZero();
    data(FLAG_ACK, id, 3);
    assertThat(yamux.isOpen(id)).isTrue();
    frame(TYPE_GO_AWAY, 0, 0, 99);
    assertThat(outputs()).isEmpty();
  }

  @Test
  void aGoAwayWithAnyOtherCodeIsNotNormal() {
    frame(TYPE_GO_AWAY, 0, 0, 99);
    assertThat(outputs()).containsExactly(new WentAway(false));
  }

  @Test
  void aSilentPeerIsPingedAndThenGivenUp() {
    for (int i = 1; i <= LIMITS.keepAlivesMissed(); i++) {
      yamux.onTimeout(yamux.deadlineNanos());
      assertThat(frames()).containsExactly(new YamuxFrame(TYPE_PING, FLAG_SYN, 0, 0));
    }
    yamux.onTimeout(yamux.deadlineNanos());
    assertThat(outputs()).containsExactly(new Gone());
    assertThat(yamux.deadlineNanos()).isEqualTo(Machine.NEVER);
  }

  /** Lets a session that hears nothing after {@code heardNanos} end; returns when it did. */
  private static long goneNanos(boolean dialer, long heardNanos, long timerLateNanos) {
    Yamux session = new Yamux(dialer, LIMITS, 0);
    byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    new YamuxFrame(TYPE_PING, FLAG_ACK, 0, 0).write(header, 0);
    session.onHeader(header, 0, heardNanos);
    int pings = 0;
    while (true) {
      long now = session.deadlineNanos() + timerLateNanos;
      session.onTimeout(now);
      for (YamuxFrame ping = session.pollFrame(); ping != null; ping = session.pollFrame()) {
        pings++;
      }
      if (session.poll() instanceof Gone) {
        assertThat(pings).isEqualTo(LIMITS.keepAlivesMissed());
        return now;
      }
    }
  }

  @Test
  void bothSidesGiveUpFortyFiveSecondsAfterTheLastWord() {
    for (long heard : new long[] {0, 1, 7 * SECOND, 14 * SECOND, 19 * SECOND}) {
      assertThat(goneNanos(true, heard, 0)).isEqualTo(heard + 45 * SECOND);
      assertThat(goneNanos(false, heard, 0)).isEqualTo(heard + 45 * SECOND);
    }
  }

  @Test
  void lateTimersDoNotAddUp() {
    long late = TimeUnit.MILLISECONDS.toNanos(900);
    assertThat(goneNanos(true, SECOND, late)).isLessThanOrEqualTo(46 * SECOND + late);
    assertThat(goneNanos(false, SECOND, late)).isLessThanOrEqualTo(46 * SECOND + late);
  }

  @Test
  void whoWasStoppedForLongGivesThePeerTimeToAnswerAllTheSame() {
    yamux.onTimeout(1000 * SECOND);
    assertThat(frames()).hasSize(1);
    assertThat(yamux.deadlineNanos()).isGreaterThan(1007 * SECOND);
    frame(TYPE_PING, FLAG_ACK, 0, 0, 1001 * SECOND);
    yamux.onTimeout(yamux.deadlineNanos());
    assertThat(outputs()).isEmpty();
  }

  @Test
  void aPeerThatAnswersIsKept() {
    long now = 0;
    for (int i = 0; i < 100; i++) {
      now = yamux.deadlineNanos();
      yamux.onTimeout(now);
      if (!frames().isEmpty()) {
        frame(TYPE_PING, FLAG_ACK, 0, 0, now);
      }
    }
    assertThat(outputs()).isEmpty();
    assertThat(now).isGreaterThan(50 * LIMITS.keepAliveNanos());
  }

  @Test
  void ofTwoIdleEndsOnlyTheOneThatDialledPings() {
    long lateNanos = TimeUnit.MILLISECONDS.toNanos(150);
    Yamux acceptor = new Yamux(false, LIMITS, lateNanos);
    byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    for (int i = 0; i < 20; i++) {
      long now = yamux.deadlineNanos();
      yamux.onTimeout(now);
      if (acceptor.deadlineNanos() <= now) {
        acceptor.onTimeout(acceptor.deadlineNanos());
      }
      assertThat(acceptor.pollFrame()).isNull();
      for (YamuxFrame ping : frames()) {
        ping.write(header, 0);
        acceptor.onHeader(header, 0, now + lateNanos);
        YamuxFrame pong = acceptor.pollFrame();
        assertThat(pong).isEqualTo(new YamuxFrame(TYPE_PING, FLAG_ACK, 0, 0));
        pong.write(header, 0);
        yamux.onHeader(header, 0, now + 2 * lateNanos);
      }
    }
    assertThat(yamux.deadlineNanos()).isGreaterThan(9 * LIMITS.keepAliveNanos());
  }
}
