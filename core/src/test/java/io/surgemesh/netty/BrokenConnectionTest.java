package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.YamuxLimits;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP connections that end in every way but the polite one. */
@Tag("socket")
@Timeout(60)
class BrokenConnectionTest {
  private static final ProtocolId FRAMES = new ProtocolId("/test/frames/1");
  private static final int FRAME_BYTES = 100;

  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  /** A host with room for one inbound connection only, so that it shows when one is forgotten. */
  private NettyHost narrow() {
    return hosts.start(c -> c.withLimits(HostLimits.defaults().withConnections(1, 1, 1)));
  }

  private static Socket dial(NettyHost host) throws IOException {
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    return new Socket(tcp.host(), tcp.port());
  }

  private void assertHasRoom(NettyHost host) {
    NettyHost friend = hosts.start();
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(
            () ->
                friend
                    .connect(Hosts.addressOf(host))
                    .thenApply(Connection::remotePeer)
                    .get()
                    .equals(host.peerId()));
  }

  @Test
  void aHalfCloseInTheHandshakeEndsTheConnection() throws IOException {
    NettyHost host = narrow();
    try (Socket socket = dial(host)) {
      socket.setSoTimeout(5_000);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertHasRoom(host);
  }

  @Test
  void aHalfCloseOfAReadyConnectionEndsIt() throws IOException {
    NettyHost host = narrow();
    NettyHost peer = hosts.start();
    try (Tap tap = new Tap(host)) {
      Hosts.await(peer.connect(tap.addressOf(host)));
      await().until(() -> host.connectedPeers().contains(peer.peerId()));
      tap.endHalf();
      await().atMost(Duration.ofSeconds(5)).until(() -> host.connectedPeers().isEmpty());
    }
    assertHasRoom(host);
  }

  @Test
  void aResetAfterAHalfCloseLeavesNothingBehind() throws IOException {
    NettyHost host = narrow();
    for (int i = 0; i < 20; i++) {
      try (Socket socket = dial(host)) {
        socket.shutdownOutput();
        socket.setSoLinger(true, 0);
      }
    }
    assertHasRoom(host);
  }

  @Test
  void aPeerThatFallsSilentIsGivenUpWhenPingsStayUnanswered() throws IOException {
    NettyHost host = hosts.start(c -> c.withYamux(impatient()));
    NettyHost peer = hosts.start();
    try (Tap tap = new Tap(host)) {
      Hosts.await(peer.connect(tap.addressOf(host)));
      await().until(() -> host.connectedPeers().contains(peer.peerId()));
      tap.freeze();
      await().atMost(Duration.ofSeconds(10)).until(() -> host.connectedPeers().isEmpty());
    }
  }

  /** The defaults, but for pings after 100 ms. */
  private static YamuxLimits impatient() {
    YamuxLimits limits = YamuxLimits.defaults();
    return new YamuxLimits(
        limits.inboundStreamsMax(),
        limits.unackedStreamsMax(),
        limits.outboundStreamsMax(),
        limits.windowBytesMax(),
        limits.windowBytesSum(),
        limits.growWithinNanos(),
        limits.growWithinRtts(),
        limits.growWithinNanosMin(),
        limits.framesQueuedMax(),
        limits.pingRepliesMax(),
        limits.unknownFramesPerSecond(),
        limits.resetsPerSecond(),
        limits.resetsBurst(),
        Duration.ofMillis(100).toNanos(),
        limits.keepAlivesMissed());
  }

  private static final class Frames implements FrameListener<byte[]> {
    final List<byte[]> frames = new CopyOnWriteArrayList<>();
    final CompletableFuture<ResetReason> reset = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      frames.add(frame);
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {
      closed.complete(null);
    }

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      reset.complete(reason);
    }
  }

  /** Sends one frame and a half to a host; returns what that host makes of it. */
  private Frames frameAndAHalf(NettyHost host, Tap tap, List<Stream> opened) {
    Frames heard = new Frames();
    host.handle(
        FRAMES, stream -> new FrameChannel<>(host.loop(), FrameCodec.bytes(), FRAME_BYTES, heard));
    NettyHost peer = hosts.start();
    Connection connection = Hosts.await(peer.connect(tap.addressOf(host)));
    Stream stream = Hosts.await(connection.open(FRAMES, new RecordingListener()));
    byte[] bytes = new byte[1 + FRAME_BYTES + 1 + FRAME_BYTES / 2];
    bytes[0] = FRAME_BYTES;
    bytes[1 + FRAME_BYTES] = FRAME_BYTES;
    stream.write(ByteBuffer.wrap(bytes));
    await().until(() -> heard.frames.size() == 1);
    opened.add(stream);
    return heard;
  }

  @Test
  void aConnectionThatIsResetInsideAMessageDeliversNoPartOfIt() throws IOException {
    NettyHost host = hosts.start();
    try (Tap tap = new Tap(host)) {
      Frames heard = frameAndAHalf(host, tap, new ArrayList<>());
      tap.reset();
      assertThat(Hosts.await(heard.reset)).isEqualTo(ResetReason.CONNECTION_CLOSED);
      assertThat(heard.frames).hasSize(1);
      assertThat(heard.closed).isNotDone();
    }
  }

  @Test
  void aConnectionThatEndsInsideAMessageDeliversNoPartOfIt() throws IOException {
    NettyHost host = hosts.start();
    try (Tap tap = new Tap(host)) {
      Frames heard = frameAndAHalf(host, tap, new ArrayList<>());
      tap.endHalf();
      assertThat(Hosts.await(heard.reset)).isEqualTo(ResetReason.CONNECTION_CLOSED);
      assertThat(heard.frames).hasSize(1);
    }
  }

  @Test
  void aStreamThatIsResetInsideAMessageDeliversNoPartOfIt() throws IOException {
    NettyHost host = hosts.start();
    List<Stream> opened = new ArrayList<>();
    try (Tap tap = new Tap(host)) {
      Frames heard = frameAndAHalf(host, tap, opened);
      opened.get(0).reset();
      assertThat(Hosts.await(heard.reset)).isEqualTo(ResetReason.REMOTE);
      assertThat(heard.frames).hasSize(1);
      assertThat(host.connectedPeers()).hasSize(1);
    }
  }

  @Test
  void aStreamThatEndsInsideAMessageIsReset() throws IOException {
    NettyHost host = hosts.start();
    List<Stream> opened = new ArrayList<>();
    try (Tap tap = new Tap(host)) {
      Frames heard = frameAndAHalf(host, tap, opened);
      opened.get(0).closeWrite();
      assertThat(Hosts.await(heard.reset)).isEqualTo(ResetReason.MISBEHAVED);
      assertThat(heard.frames).hasSize(1);
    }
  }
}
