package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ExchangeTest {
  private static final ProtocolId LARGE = new ProtocolId("/test/large/1.0.0");
  private static final byte[] ANSWER = new byte[60_000];
  private static final byte[] REQUEST = FrameDecoder.frame(new byte[1]);

  private final TwoNodes nodes = new TwoNodes();
  private int answered;

  private Stream ask(RecordingListener listener, int requests) {
    Exchange.serve(
        nodes.far,
        LARGE,
        FrameCodec.bytes(),
        16,
        (from, request) -> {
          answered++;
          return ANSWER;
        });
    Stream stream = nodes.await(nodes.connect().open(LARGE, listener));
    for (int i = 0; i < requests; i++) {
      stream.write(ByteBuffer.wrap(REQUEST));
    }
    nodes.network.time().runFor(Duration.ofSeconds(5));
    return stream;
  }

  private CompletableFuture<byte[]> call() {
    nodes.connect();
    return Exchange.call(
        nodes.near,
        nodes.far.peerId(),
        TwoNodes.TALK,
        FrameCodec.bytes(),
        new byte[3],
        1024,
        Duration.ofMinutes(5));
  }

  @Test
  void whoReadsTheAnswersMayAskManyTimesOnOneStream() {
    RecordingListener reader = new RecordingListener();
    Stream stream = ask(reader, 4);
    for (int i = 0; i < 10; i++) {
      stream.write(ByteBuffer.wrap(REQUEST));
      nodes.network.time().runFor(Duration.ofSeconds(1));
    }
    assertThat(answered).isEqualTo(14);
    assertThat(reader.events).noneMatch(event -> event.contains("reset"));
  }

  @Test
  void whoLeavesTheAnswersUnreadIsResetBeforeTheyPileUp() {
    RecordingListener idle = new RecordingListener(false);
    ask(idle, 1000);
    assertThat(answered).isLessThan(12);
    assertThat(idle.events).last().asString().contains("reset");
  }

  @Test
  void whoAsksClosesOnlyOnceItIsAnswered() {
    RecordingListener heard = nodes.heard;
    CompletableFuture<byte[]> call = call();
    nodes.network.time().runFor(Duration.ofSeconds(1));
    assertThat(heard.events).hasSize(1).doesNotContain("closed");
    nodes.farStream.write(ByteBuffer.wrap(REQUEST));
    assertThat(nodes.await(call)).hasSize(REQUEST.length - 1);
    nodes.network.time().runFor(Duration.ofSeconds(1));
    assertThat(heard.events).hasSize(2).last().isEqualTo("closed");
  }

  @Test
  void whoTellsSpeaksAndClosesOnlyOnceThePeerHasAgreed() {
    nodes.connect();
    long asked = nodes.network.time().nowNanos();
    nodes.await(
        Exchange.tell(
            nodes.near,
            nodes.far.peerId(),
            TwoNodes.TALK,
            FrameCodec.bytes(),
            new byte[3],
            Duration.ofMinutes(5)));
    assertThat(nodes.network.time().nowNanos() - asked)
        .isGreaterThanOrEqualTo(2 * TwoNodes.LATENCY.toNanos());
    assertThat(nodes.heard.events).isEmpty();
    nodes.network.time().runFor(Duration.ofSeconds(1));
    assertThat(nodes.heard.events).hasSize(2).last().isEqualTo("closed");
  }

  @Test
  void aCallThatIsCancelledResetsItsStream() {
    RecordingListener heard = nodes.heard;
    CompletableFuture<byte[]> call = call();
    nodes.network.time().runFor(Duration.ofSeconds(1));
    call.cancel(false);
    nodes.network.time().runFor(Duration.ofSeconds(1));
    assertThat(heard.events).last().asString().contains("reset");
  }

  @Test
  void aStreamOnWhichNothingIsAskedIsResetAfterAMinute() {
    RecordingListener silent = new RecordingListener();
    ask(silent, 1);
    nodes.network.time().runFor(Duration.ofMinutes(2));
    assertThat(silent.events).last().asString().contains("reset");
  }

  @Test
  void aRequestThatIsNotWholeThirtySecondsAfterItsFirstByteIsReset() {
    RecordingListener slow = new RecordingListener();
    Stream stream = ask(slow, 0);
    stream.write(ByteBuffer.wrap(new byte[] {16}));
    for (int i = 0; i < 14; i++) {
      nodes.network.time().runFor(Duration.ofSeconds(2));
      stream.write(ByteBuffer.wrap(new byte[1]));
    }
    nodes.network.time().runFor(Duration.ofSeconds(1));
    assertThat(slow.events).noneMatch(event -> event.contains("reset"));
    nodes.network.time().runFor(Duration.ofSeconds(2));
    assertThat(slow.events).last().asString().contains("reset");
    assertThat(answered).isZero();
  }

  @Test
  void requestsThatOverlapInTimeHaveThirtySecondsEach() {
    RecordingListener reader = new RecordingListener();
    Stream stream = ask(reader, 0);
    stream.write(ByteBuffer.wrap(new byte[] {1}));
    for (int i = 0; i < 10; i++) {
      nodes.network.time().runFor(Duration.ofSeconds(25));
      stream.write(ByteBuffer.wrap(new byte[] {0, 1}));
    }
    nodes.network.time().runFor(Duration.ofSeconds(1));
    assertThat(answered).isEqualTo(10);
    assertThat(reader.events).noneMatch(event -> event.contains("reset"));
  }
}
