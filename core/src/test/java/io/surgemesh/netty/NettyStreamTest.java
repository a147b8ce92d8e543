package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.session.Security;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("socket")
@Timeout(60)
@ParameterizedClass
@EnumSource(Security.class)
class NettyStreamTest {
  private static final ProtocolId ECHO = new ProtocolId("/test/echo/1");
  private static final ProtocolId SINK = new ProtocolId("/test/sink/1");

  private final Hosts hosts;

  NettyStreamTest(Security security) {
    hosts = new Hosts(security);
  }

  @AfterEach
  void close() {
    hosts.close();
  }

  /** Sends back what arrives, and closes when the peer does. */
  private static final class Echo extends RecordingListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      int bytes = data.remaining();
      stream.write(data);
      stream.consumed(bytes);
    }

    @Override
    public void onRemoteClose(Stream stream) {
      stream.closeWrite();
      super.onRemoteClose(stream);
    }
  }

  /** Writes a number of bytes that count up, as fast as the stream takes them. */
  private static final class Source extends RecordingListener {
    private static final int CHUNK_BYTES = 64 * 1024;
    private final long total;
    private long sent;

    Source(long total) {
      this.total = total;
    }

    void pump(Stream stream) {
      while (stream.isWritable() && sent < total) {
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, total - sent)];
        for (int i = 0; i < chunk.length; i++) {
          chunk[i] = patternAt(sent + i);
        }
        sent += chunk.length;
        stream.write(ByteBuffer.wrap(chunk));
        if (sent == total) {
          stream.closeWrite();
        }
      }
    }

    @Override
    public void onWritable(Stream stream) {
      pump(stream);
    }
  }

  private static byte patternAt(long index) {
    return (byte) (index * 31 + (index >> 8));
  }

  /** Checks the pattern; gives credit back only when told to. */
  private static final class SlowSink extends RecordingListener {
    private final AtomicLong owed = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private volatile boolean open;
    private volatile Stream stream;
    private long at;

    @Override
    public void onData(Stream from, ByteBuffer data) {
      stream = from;
      int bytes = data.remaining();
      while (data.hasRemaining()) {
        if (data.get() != patternAt(at++)) {
          wrong.incrementAndGet();
        }
      }
      received.addAndGet(bytes);
      if (open) {
        from.consumed(bytes);
      } else {
        owed.addAndGet(bytes);
      }
    }

    void open() {
      open = true;
      stream.consumed((int) owed.getAndSet(0));
    }
  }

  private Connection connect(NettyHost a, NettyHost b) {
    return Hosts.await(a.connect(Hosts.addressOf(b)));
  }

  @Test
  void aSlowReaderHoldsTheWriterBackWithoutLoss() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    SlowSink sink = new SlowSink();
    b.handle(SINK, stream -> sink);
    Source source = new Source(64L << 20);
    Stream stream = Hosts.await(connect(a, b).open(SINK, source));
    stream.connection().loop().execute(() -> source.pump(stream));
    await().until(() -> sink.received.get() > 255 * 1024 && !stream.isWritable());
    assertThat(source.sent).isLessThan(1L << 20);
    sink.open();
    Hosts.await(sink.remoteClosed);
    assertThat(sink.received.get()).isEqualTo(64L << 20);
    assertThat(sink.wrong.get()).isZero();
  }

  @Test
  void eachDirectionClosesByItself() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    CompletableFuture<Stream> inbound = new CompletableFuture<>();
    RecordingListener atB = new RecordingListener();
    b.handle(
        SINK,
        stream -> {
          inbound.complete(stream);
          return atB;
        });
    RecordingListener atA = new RecordingListener();
    Stream stream = Hosts.await(connect(a, b).open(SINK, atA));
    stream.write(ByteBuffer.wrap(new byte[10]));
    stream.closeWrite();
    Hosts.await(atB.remoteClosed);
    assertThat(atB.received.get()).isEqualTo(10);
    assertThat(atA.remoteClosed).isNotDone();
    Hosts.await(inbound).write(ByteBuffer.wrap(new byte[1 << 20]));
    Hosts.await(inbound).closeWrite();
    Hosts.await(atA.remoteClosed);
    assertThat(atA.received.get()).isEqualTo(1 << 20);
    assertThat(atA.reset).isNotDone();
    assertThat(atB.reset).isNotDone();
  }

  @Test
  void aResetReachesTheOtherSideOnly() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    RecordingListener atB = new RecordingListener();
    b.handle(SINK, stream -> atB);
    RecordingListener atA = new RecordingListener();
    Stream stream = Hosts.await(connect(a, b).open(SINK, atA));
    stream.write(ByteBuffer.wrap(new byte[10]));
    await().until(() -> atB.received.get() == 10);
    stream.reset();
    assertThat(Hosts.await(atB.reset)).isEqualTo(ResetReason.REMOTE);
    assertThat(atA.reset).isNotDone();
  }

  @Test
  void aWriterThatIgnoresIsWritableLosesItsStream() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(SINK, stream -> new SlowSink());
    RecordingListener atA = new RecordingListener();
    Stream stream = Hosts.await(connect(a, b).open(SINK, atA));
    for (int i = 0; i < 6; i++) {
      stream.write(ByteBuffer.wrap(new byte[1 << 20]));
    }
    assertThat(Hosts.await(atA.reset)).isEqualTo(ResetReason.OVERFLOW);
  }

  @Test
  void aClosedConnectionTellsItsStreams() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    RecordingListener atB = new RecordingListener();
    b.handle(SINK, stream -> atB);
    RecordingListener atA = new RecordingListener();
    Connection connection = connect(a, b);
    Hosts.await(connection.open(SINK, atA)).write(ByteBuffer.wrap(new byte[1]));
    await().until(() -> atB.received.get() == 1);
    connection.close();
    assertThat(Hosts.await(atA.reset)).isEqualTo(ResetReason.CONNECTION_CLOSED);
    assertThat(Hosts.await(atB.reset)).isEqualTo(ResetReason.CONNECTION_CLOSED);
  }

  @Test
  void twoHundredStreamsRunAtOnce() {
    NettyHost a = hosts.start();
    NettyHost b =
        hosts.start(
            c ->
                c.withLimits(
                    HostLimits.defaults()
                        .withStreams(StreamCounts.defaults().withPerPeer(256, 256))));
    b.handle(ECHO, stream -> new Echo());
    Connection connection = connect(a, b);
    List<RecordingListener> listeners = new ArrayList<>();
    List<CompletableFuture<Stream>> streams = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RecordingListener listener = new RecordingListener();
      listeners.add(listener);
      streams.add(connection.open(ECHO, listener));
    }
    for (CompletableFuture<Stream> opening : streams) {
      Stream stream = Hosts.await(opening);
      stream.write(ByteBuffer.wrap(new byte[40_000]));
      stream.closeWrite();
    }
    for (RecordingListener listener : listeners) {
      Hosts.await(listener.remoteClosed);
      assertThat(listener.received.get()).isEqualTo(40_000);
    }
  }

  @Test
  void manyStreamsAfterEachOtherLeaveNothingBehind() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(ECHO, stream -> new Echo());
    NettyConnection connection = (NettyConnection) connect(a, b);
    for (int i = 0; i < 1000; i++) {
      RecordingListener listener = new RecordingListener();
      Stream stream = Hosts.await(connection.open(ECHO, listener));
      stream.write(ByteBuffer.wrap(new byte[] {1}));
      stream.closeWrite();
      Hosts.await(listener.remoteClosed);
    }
    await()
        .until(
            () -> {
              CompletableFuture<Boolean> empty = new CompletableFuture<>();
              connection
                  .loop()
                  .execute(() -> empty.complete(connection.session().streams().isEmpty()));
              return Hosts.await(empty);
            });
    assertThat(connection.session().budget().isBelowSoft()).isTrue();
  }

  @Test
  void aListenerThatThrowsCostsItsStreamOnly() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(
        SINK,
        stream ->
            new RecordingListener() {
              @Override
              public void onData(Stream from, ByteBuffer data) {
                throw new IllegalStateException("a bug that this test makes");
              }
            });
    b.handle(ECHO, stream -> new Echo());
    Connection connection = connect(a, b);
    RecordingListener atA = new RecordingListener();
    Hosts.await(connection.open(SINK, atA)).write(ByteBuffer.wrap(new byte[1]));
    assertThat(Hosts.await(atA.reset)).isEqualTo(ResetReason.REMOTE);
    RecordingListener after = new RecordingListener();
    Stream echo = Hosts.await(connection.open(ECHO, after));
    echo.closeWrite();
    Hosts.await(after.remoteClosed);
  }

  @Test
  void writersOnOtherThreadsKeepTheirOrder() throws InterruptedException {
    NettyHost a = hosts.start(c -> c.withLoops(2));
    NettyHost b = hosts.start(c -> c.withLoops(2));
    List<Byte> seen = new CopyOnWriteArrayList<>();
    b.handle(
        SINK,
        stream ->
            new StreamListener() {
              @Override
              public void onData(Stream from, ByteBuffer data) {
                int bytes = data.remaining();
                while (data.hasRemaining()) {
                  seen.add(data.get());
                }
                from.consumed(bytes);
              }

              @Override
              public void onRemoteClose(Stream from) {}

              @Override
              public void onReset(Stream from, ResetReason reason) {}
            });
    Stream stream = Hosts.await(connect(a, b).open(SINK, new RecordingListener()));
    AtomicInteger next = new AtomicInteger();
    Thread writer =
        new Thread(
            () -> {
              while (next.get() < 1000) {
                stream.write(ByteBuffer.wrap(new byte[] {(byte) next.getAndIncrement()}));
              }
            });
    writer.start();
    writer.join();
    await().until(() -> seen.size() == 1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(seen.get(i)).isEqualTo((byte) i);
    }
  }

  @Test
  void streamsBeyondThePeersLimitAreResetNotTheConnection() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start(c -> c.withYamux(c.yamux().withInboundStreamsMax(4)));
    b.handle(SINK, stream -> new RecordingListener());
    Connection connection = connect(a, b);
    int opened = 0;
    for (int i = 0; i < 8; i++) {
      CompletableFuture<Stream> opening = connection.open(SINK, new RecordingListener());
      await().until(opening::isDone);
      opened += opening.isCompletedExceptionally() ? 0 : 1;
    }
    assertThat(opened).isEqualTo(4);
    assertThat(a.connectedPeers()).contains(b.peerId());
  }
}
