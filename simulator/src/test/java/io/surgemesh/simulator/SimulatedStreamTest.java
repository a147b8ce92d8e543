package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedStreamTest {
  private static final int WINDOW = 256 * 1024;

  private final RecordingListener mine = new RecordingListener();

  @Test
  void openingTakesOneRoundTrip() {
    TwoNodes nodes = new TwoNodes();
    Connection connection = nodes.connect();
    long startNanos = nodes.network.time().nowNanos();
    CompletableFuture<Stream> opened = connection.open(TALK, mine);
    assertThat(opened).isNotDone();
    Stream stream = nodes.await(opened);
    assertThat(nodes.network.time().nowNanos() - startNanos).isEqualTo(20_000_000);
    assertThat(stream.protocol()).isEqualTo(TALK);
    assertThat(stream.connection()).isSameAs(connection);
    assertThat(nodes.farStream.connection().remotePeer()).isEqualTo(nodes.near.peerId());
  }

  @Test
  void framesArriveOnceAndInOrderWhateverTheJitter() {
    SimulatedNetwork network = new SimulatedNetwork(5);
    SimulatedHost near = network.addHost();
    SimulatedHost far = network.addHost();
    far.handle(TALK, stream -> mine);
    CompletableFuture<Stream> opened =
        near.connect(far.dialAddress())
            .thenCompose(connection -> connection.open(TALK, new RecordingListener()));
    network.time().runUntil(opened::isDone, java.time.Duration.ofSeconds(5));
    for (int i = 0; i < 100; i++) {
      opened.join().write(text("m" + i));
      network.time().runFor(java.time.Duration.ofNanos(100_000));
    }
    network.time().runFor(java.time.Duration.ofSeconds(1));
    assertThat(mine.events).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(mine.events.get(i)).isEqualTo("m" + i);
    }
  }

  @Test
  void anAcceptorMayWriteBeforeItReturns() {
    TwoNodes nodes = new TwoNodes();
    nodes.far.handle(
        TALK,
        stream -> {
          stream.write(text("welcome"));
          return nodes.heard;
        });
    nodes.open(mine);
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("welcome");
  }

  @Test
  void bytesBelongToTheReceiverAfterWriting() {
    TwoNodes nodes = new TwoNodes();
    Stream stream = nodes.open(mine);
    byte[] shared = {'a'};
    stream.write(ByteBuffer.wrap(shared));
    shared[0] = 'b';
    stream.write(ByteBuffer.wrap(shared));
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly("a", "b");
  }

  @Test
  void anUnknownProtocolFailsAfterARoundTrip() {
    TwoNodes nodes = new TwoNodes();
    Connection connection = nodes.connect();
    long startNanos = nodes.network.time().nowNanos();
    Throwable failure = nodes.awaitFailure(connection.open(new ProtocolId("/test/unknown"), mine));
    assertThat(nodes.network.time().nowNanos() - startNanos).isEqualTo(20_000_000);
    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.ProtocolNotSupported.class,
            unsupported -> assertThat(unsupported.protocol()).isEqualTo("/test/unknown"));
  }

  @Test
  void anEagerStreamCarriesItsFirstBytesInHalfARoundTrip() {
    TwoNodes nodes = new TwoNodes();
    Connection connection = nodes.connect();
    CompletableFuture<Stream> opened = connection.openEagerly(TALK, mine);
    assertThat(opened).isDone();
    opened.join().write(text("early"));
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly("early");
    nodes.farStream.write(text("answer"));
    nodes.runMillis(10);
    assertThat(mine.events).containsExactly("answer");
  }

  @Test
  void anEagerStreamOfAnUnknownProtocolIsResetAfterARoundTrip() {
    TwoNodes nodes = new TwoNodes();
    Connection connection = nodes.connect();
    Stream stream = connection.openEagerly(new ProtocolId("/test/unknown"), mine).join();
    stream.write(text("early"));
    nodes.runMillis(19);
    assertThat(mine.events).isEmpty();
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("reset " + ResetReason.NOT_SUPPORTED);
  }

  @Test
  void aSenderWaitsForTheReceiversCredit() {
    TwoNodes nodes = new TwoNodes(new RecordingListener(false));
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(WINDOW));
    assertThat(stream.isWritable()).isTrue();
    stream.write(ByteBuffer.allocate(WINDOW));
    assertThat(stream.isWritable()).isFalse();
    stream.write(ByteBuffer.allocate(WINDOW));
    nodes.runMillis(1000);
    assertThat(nodes.heard.bytes).isEqualTo(WINDOW);

    nodes.farStream.consumed(WINDOW);
    nodes.runMillis(1000);
    assertThat(nodes.heard.bytes).isEqualTo(2 * WINDOW);
    assertThat(mine.events).isEmpty();

    nodes.farStream.consumed(WINDOW);
    nodes.runMillis(1000);
    assertThat(nodes.heard.bytes).isEqualTo(3 * WINDOW);
    assertThat(mine.events).containsExactly("writable");
    assertThat(stream.isWritable()).isTrue();
  }

  @Test
  void aWriterThatNeverPausesIsCutOff() {
    TwoNodes nodes = new TwoNodes(new RecordingListener(false));
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(WINDOW + Stream.WRITE_QUEUE_BYTES_MAX));
    nodes.runMillis(20);
    assertThat(mine.events).isEmpty();
    stream.write(ByteBuffer.allocate(1));
    nodes.runMillis(20);
    assertThat(mine.events).containsExactly("reset OVERFLOW");
    assertThat(nodes.heard.events).containsExactly(WINDOW + " bytes", "reset REMOTE");
  }

  @Test
  void creditForMoreThanWasDeliveredIsABug() {
    TwoNodes nodes = new TwoNodes();
    Stream stream = nodes.open(mine);
    assertThatThrownBy(() -> stream.consumed(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneDirectionMayCloseWhileTheOtherGoesOn() {
    TwoNodes nodes = new TwoNodes();
    Stream stream = nodes.open(mine);
    stream.write(text("question"));
    stream.closeWrite();
    stream.write(text("ignored"));
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly("question", "closed");
    nodes.farStream.write(text("answer"));
    nodes.farStream.closeWrite();
    nodes.runMillis(10);
    assertThat(mine.events).containsExactly("answer", "closed");
    stream.reset();
    nodes.runMillis(10);
    assertThat(nodes.heard.events).hasSize(2);
  }

  @Test
  void closingWaitsForTheQueueToDrain() {
    TwoNodes nodes = new TwoNodes(new RecordingListener(false));
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(WINDOW + 100));
    stream.closeWrite();
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly(WINDOW + " bytes");
    nodes.farStream.consumed(WINDOW);
    nodes.runMillis(20);
    assertThat(nodes.heard.events).containsExactly(WINDOW + " bytes", "100 bytes", "closed");
  }

  @Test
  void aResetReachesThePeerOnlyAndEndsTheStream() {
    TwoNodes nodes = new TwoNodes();
    Stream stream = nodes.open(mine);
    nodes.farStream.write(text("crossing"));
    stream.write(text("last words"));
    stream.reset();
    stream.write(text("ignored"));
    nodes.runMillis(50);
    assertThat(mine.events).isEmpty();
    assertThat(nodes.heard.events).containsExactly("last words", "reset REMOTE");
  }

  @Test
  void closingAConnectionResetsItsStreamsAtBothEnds() {
    TwoNodes nodes = new TwoNodes();
    Stream stream = nodes.open(mine);
    CompletableFuture<Stream> opening = stream.connection().open(TALK, new RecordingListener());
    stream.connection().close();
    assertThat(mine.events).isEmpty();
    nodes.runMillis(10);
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events)
        .as("the stream agreed, and the one whose first flight had just arrived")
        .containsExactly("reset CONNECTION_CLOSED", "reset CONNECTION_CLOSED");
    assertThat(nodes.awaitFailure(opening)).satisfies(SimulatedStreamTest::isConnectionClosed);
    assertThat(nodes.awaitFailure(stream.connection().open(TALK, mine)))
        .satisfies(SimulatedStreamTest::isConnectionClosed);
  }

  @Test
  void theNextStreamPastTheBoundIsRefused() {
    TwoNodes nodes = new TwoNodes();
    Connection connection = nodes.connect();
    for (int i = 0; i < SimulatedConnection.STREAMS_MAX; i++) {
      nodes.await(connection.open(TALK, mine));
    }
    assertThat(nodes.awaitFailure(connection.open(TALK, mine))).isInstanceOf(StreamBroken.class);
    nodes.farStream.reset();
    nodes.runMillis(10);
    assertThat(nodes.await(connection.open(TALK, mine))).isNotNull();
  }

  @Test
  void aBugInAListenerEndsTheRunWithItsNode() {
    TwoNodes nodes = new TwoNodes();
    nodes.far.handle(
        TALK,
        stream -> {
          throw new AssertionError("bug");
        });
    CompletableFuture<Stream> unused = nodes.connect().open(TALK, mine);
    assertThatThrownBy(() -> nodes.runMillis(100))
        .isInstanceOfSatisfying(
            SimulationFailure.class, failure -> assertThat(failure.node()).isEqualTo(1));
  }

  private static void isConnectionClosed(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            StreamBroken.class,
            broken -> assertThat(broken.reason()).isEqualTo(ResetReason.CONNECTION_CLOSED));
  }
}
