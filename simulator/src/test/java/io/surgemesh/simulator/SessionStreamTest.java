package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams at byte level: what they promise is what streams on sockets promise. */
class SessionStreamTest {
  private static final int WINDOW = 256 * 1024;

  /** The lines in which the dialer agrees {@link TwoNodes#TALK} take their share of the window. */
  private static final int FIRST_WINDOW =
      WINDOW - "-/multistream/1.0.0\n-/test/talk/1.0.0\n".length();

  private static final int MILLION = 1_000_000;

  private final RecordingListener mine = new RecordingListener();

  private static TwoNodes nodes() {
    return TwoNodes.atByteLevel(new RecordingListener());
  }

  private static TwoNodes nodesWithSlowReader() {
    return TwoNodes.atByteLevel(new RecordingListener(false));
  }

  @Test
  void openingTakesOneRoundTrip() {
    TwoNodes nodes = nodes();
    Connection connection = nodes.connect();
    long startNanos = nodes.network.time().nowNanos();
    CompletableFuture<Stream> opened = connection.open(TALK, mine);
    assertThat(opened).isNotDone();
    Stream stream = nodes.await(opened);
    assertThat(nodes.network.time().nowNanos() - startNanos).isEqualTo(20 * MILLION);
    assertThat(stream.protocol()).isEqualTo(TALK);
    assertThat(stream.connection()).isSameAs(connection);
    assertThat(nodes.farStream.protocol()).isEqualTo(TALK);
    assertThat(nodes.farStream.connection().remotePeer()).isEqualTo(nodes.near.peerId());
  }

  @Test
  void bytesGoBothWaysInOrder() {
    TwoNodes nodes = nodes();
    Stream stream = nodes.open(mine);
    for (int i = 0; i < 100; i++) {
      stream.write(text("a" + i + " "));
      nodes.farStream.write(text("b" + i + " "));
      nodes.network.time().runFor(Duration.ofNanos(100_000));
    }
    nodes.runMillis(100);
    StringBuilder there = new StringBuilder();
    StringBuilder back = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      there.append("a").append(i).append(' ');
      back.append("b").append(i).append(' ');
    }
    assertThat(String.join("", nodes.heard.events)).isEqualTo(there.toString());
    assertThat(String.join("", mine.events)).isEqualTo(back.toString());
  }

  @Test
  void anAcceptorMayWriteBeforeItReturns() {
    TwoNodes nodes = nodes();
    nodes.far.handle(
        TALK,
        stream -> {
          stream.write(text("welcome"));
          return nodes.heard;
        });
    nodes.open(mine);
    nodes.runMillis(1);
    assertThat(String.join("", mine.events)).isEqualTo("welcome");
  }

  @Test
  void anUnknownProtocolFailsAfterARoundTrip() {
    TwoNodes nodes = nodes();
    Connection connection = nodes.connect();
    long startNanos = nodes.network.time().nowNanos();
    Throwable failure = nodes.awaitFailure(connection.open(new ProtocolId("/test/unknown"), mine));
    assertThat(nodes.network.time().nowNanos() - startNanos).isEqualTo(20 * MILLION);
    assertThat(failure)
        .isInstanceOfSatisfying(
            MeshException.ProtocolNotSupported.class,
            unsupported -> assertThat(unsupported.protocol()).isEqualTo("/test/unknown"));
    assertThat(nodes.await(connection.open(TALK, mine))).isNotNull();
  }

  @Test
  void aSlowReaderStopsAFastWriter() {
    TwoNodes nodes = nodesWithSlowReader();
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(FIRST_WINDOW + 2 * WINDOW));
    assertThat(stream.isWritable()).isFalse();
    nodes.runMillis(5000);
    assertThat(nodes.heard.bytes).isEqualTo(FIRST_WINDOW);
    assertThat(stream.isWritable()).isFalse();

    nodes.farStream.consumed(FIRST_WINDOW);
    nodes.runMillis(5000);
    assertThat(nodes.heard.bytes).isEqualTo(FIRST_WINDOW + WINDOW);
    assertThat(mine.events).isEmpty();
    nodes.farStream.consumed(WINDOW);
    nodes.runMillis(5000);
    assertThat(nodes.heard.bytes).isEqualTo(FIRST_WINDOW + 2 * WINDOW);
    assertThat(mine.events).containsExactly("writable");
    assertThat(stream.isWritable()).isTrue();
  }

  @Test
  void theWindowOfABusyStreamGrows() {
    TwoNodes nodes = nodesWithSlowReader();
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(4 * WINDOW));
    nodes.runMillis(20);
    nodes.farStream.consumed(FIRST_WINDOW);
    nodes.runMillis(20);
    assertThat(nodes.heard.bytes).isEqualTo(FIRST_WINDOW + 2 * WINDOW);
  }

  @Test
  void aWriterThatNeverPausesIsCutOff() {
    TwoNodes nodes = nodesWithSlowReader();
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(Stream.WRITE_QUEUE_BYTES_MAX));
    assertThat(stream.isWritable()).isFalse();
    stream.write(ByteBuffer.allocate(1));
    assertThat(mine.events).isEmpty();
    nodes.runMillis(20);
    assertThat(mine.events).containsExactly("reset OVERFLOW");
    assertThat(nodes.heard.events).containsExactly("reset REMOTE");
  }

  @Test
  void creditForMoreThanWasDeliveredIsABug() {
    Stream stream = nodes().open(mine);
    assertThatThrownBy(() -> stream.consumed(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneDirectionMayCloseWhileTheOtherGoesOn() {
    TwoNodes nodes = nodes();
    Stream stream = nodes.open(mine);
    stream.write(text("question"));
    stream.closeWrite();
    stream.write(text("ignored"));
    nodes.runMillis(10);
    assertThat(String.join(" ", nodes.heard.events)).isEqualTo("question closed");
    nodes.farStream.write(text("answer"));
    nodes.farStream.closeWrite();
    nodes.runMillis(10);
    assertThat(String.join(" ", mine.events)).isEqualTo("answer closed");
    stream.reset();
    nodes.runMillis(10);
    assertThat(nodes.heard.events).endsWith("closed");
  }

  @Test
  void closingWaitsForTheQueueToDrain() {
    TwoNodes nodes = nodesWithSlowReader();
    Stream stream = nodes.open(mine);
    stream.write(ByteBuffer.allocate(WINDOW + 100));
    stream.closeWrite();
    nodes.runMillis(1000);
    assertThat(nodes.heard.bytes).isEqualTo(FIRST_WINDOW);
    assertThat(nodes.heard.events).doesNotContain("closed");
    nodes.farStream.consumed(FIRST_WINDOW);
    nodes.runMillis(20);
    assertThat(nodes.heard.bytes).isEqualTo(WINDOW + 100);
    assertThat(nodes.heard.events).endsWith("closed");
  }

  @Test
  void aResetReachesThePeerOnlyAndDropsWhatWasQueued() {
    TwoNodes nodes = nodes();
    Stream stream = nodes.open(mine);
    nodes.farStream.write(text("crossing"));
    stream.write(text("never sent"));
    stream.reset();
    stream.write(text("ignored"));
    nodes.runMillis(50);
    assertThat(mine.events).isEmpty();
    assertThat(nodes.heard.events).containsExactly("reset REMOTE");
  }

  @Test
  void closingAConnectionResetsItsStreamsAtBothEnds() {
    TwoNodes nodes = nodes();
    Stream stream = nodes.open(mine);
    CompletableFuture<Stream> opening = stream.connection().open(TALK, new RecordingListener());
    stream.connection().close();
    assertThat(mine.events).isEmpty();
    nodes.runMillis(10);
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events)
        .as("the stream agreed, and the one whose first flight had just arrived")
        .containsExactly("reset CONNECTION_CLOSED", "reset CONNECTION_CLOSED");
    assertThat(nodes.awaitFailure(opening)).satisfies(SessionStreamTest::isConnectionClosed);
    assertThat(nodes.awaitFailure(stream.connection().open(TALK, mine)))
        .satisfies(SessionStreamTest::isConnectionClosed);
  }

  @Test
  void streamsPastTheBoundOfThePeerAreReset() {
    TwoNodes nodes = nodes();
    Connection connection = nodes.connect();
    nodes.runMillis(100);
    for (int i = 0; i < 256; i++) {
      nodes.await(connection.open(TALK, mine));
    }
    assertThat(nodes.awaitFailure(connection.open(TALK, mine))).isInstanceOf(StreamBroken.class);
    nodes.farStream.reset();
    nodes.runMillis(10);
    assertThat(nodes.await(connection.open(TALK, mine))).isNotNull();
    List<CompletableFuture<Stream>> many = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      many.add(connection.open(TALK, mine));
    }
    assertThat(nodes.awaitFailure(many.get(299))).isInstanceOf(Unreachable.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tenMegabytesArriveIntactWhereverTheyAreCut(long seed) {
    transfer(seed, 10 * MILLION, NetworkConfig.defaults(seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void bytesArriveIntactOverLossAndThinLines(long seed) {
    transfer(seed, MILLION, NetworkConfig.defaults(seed).withLossPermille(50));
    AccessRates adsl = new AccessRates(125_000, 1_000_000);
    transfer(seed, MILLION, NetworkConfig.defaults(seed).withRates(adsl));
  }

  private static void transfer(long seed, int bytes, NetworkConfig config) {
    byte[] sent = new byte[bytes];
    new SplittableRandom(seed).nextBytes(sent);
    Gatherer gatherer = new Gatherer(bytes);
    TwoNodes nodes = new TwoNodes(seed, new RecordingListener(), config.withLevel(Level.BYTES));
    nodes.far.handle(TALK, stream -> gatherer);
    Writer writer = new Writer(sent, new SplittableRandom(seed));
    writer.onWritable(nodes.open(writer));
    assertThat(nodes.network.time().runUntil(() -> gatherer.closed, Duration.ofMinutes(5)))
        .isTrue();
    assertThat(Arrays.equals(gatherer.bytes, sent)).isTrue();
    assertThat(gatherer.pieces).isGreaterThan(bytes / (64 * 1024));
  }

  private static void isConnectionClosed(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            StreamBroken.class,
            broken -> assertThat(broken.reason()).isEqualTo(ResetReason.CONNECTION_CLOSED));
  }

  /** Writes in pieces of any length as long as the stream is writable, then closes. */
  private static final class Writer implements StreamListener {
    private final ByteBuffer left;
    private final SplittableRandom random;

    Writer(byte[] bytes, SplittableRandom random) {
      this.left = ByteBuffer.wrap(bytes);
      this.random = random;
    }

    @Override
    public void onData(Stream stream, ByteBuffer data) {
      throw new AssertionError("nobody answers");
    }

    @Override
    public void onRemoteClose(Stream stream) {
      throw new AssertionError("nobody closes");
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void onWritable(Stream stream) {
      while (stream.isWritable() && left.hasRemaining()) {
        int bytes = Math.min(left.remaining(), 1 + random.nextInt(100_000));
        stream.write(left.slice(left.position(), bytes));
        left.position(left.position() + bytes);
      }
      if (!left.hasRemaining()) {
        stream.closeWrite();
      }
    }
  }

  private static final class Gatherer implements StreamListener {
    private final byte[] bytes;
    private int filled;
    private int pieces;
    private boolean closed;

    Gatherer(int length) {
      bytes = new byte[length];
    }

    @Override
    public void onData(Stream stream, ByteBuffer data) {
      int count = data.remaining();
      data.get(bytes, filled, count);
      filled += count;
      pieces++;
      stream.consumed(count);
    }

    @Override
    public void onRemoteClose(Stream stream) {
      closed = true;
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      throw new AssertionError(reason);
    }
  }
}
