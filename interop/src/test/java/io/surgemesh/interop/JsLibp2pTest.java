package io.surgemesh.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against js-libp2p over TCP, Noise and yamux. */
@Tag("interop")
@Timeout(240)
class JsLibp2pTest {
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final int ECHO_BYTES = 8 << 20;

  private NettyHost host;

  @BeforeAll
  static void install() {
    String reason = JsPeer.install();
    if (!reason.isEmpty()) {
      System.err.println("NOT RUN: js-libp2p (" + reason + ")");
      Assumptions.abort(reason);
    }
  }

  @BeforeEach
  void start() throws MeshException {
    host =
        NettyHost.start(
            NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
                .withListen(List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0"))));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void weDialIdentifyAndPing() throws Exception {
    try (JsPeer js = JsPeer.start("listen.mjs")) {
      Connection connection = host.connect(address(js.await("listening"))).get();
      PeerId peer = connection.remotePeer();
      for (int i = 0; i < 3; i++) {
        assertThat(Ping.ping(host, peer, STEP).get()).isLessThan(STEP);
      }
      await().atMost(STEP).until(() -> host.peerstore().protocols(peer).contains(Ping.PROTOCOL));
      assertThat(js.await("identified"))
          .contains(host.peerId().toString(), "\"signedRecord\":true");
    }
  }

  @Test
  void theyDialIdentifyAndPing() {
    Multiaddr own = host.addresses().get(0).withPeerId(host.peerId().bytes());
    try (JsPeer js = JsPeer.start("dial.mjs", own.toString())) {
      String connected = js.await("connected");
      assertThat(connected).contains(host.peerId().toString(), "\"/noise\"", "\"/yamux/1.0.0\"");
      js.await("pinged");
      js.await("pinged");
      js.await("done");
      PeerId peer = host.connectedPeers().iterator().next();
      await()
          .atMost(STEP)
          .until(() -> host.peerstore().protocols(peer).contains(Identify.PROTOCOL));
    }
  }

  @Test
  void manyBytesComeBackUnderFlowControl() throws Exception {
    try (JsPeer js = JsPeer.start("listen.mjs")) {
      Connection connection = host.connect(address(js.await("listening"))).get();
      Echo echo = new Echo();
      Stream stream = connection.open(new ProtocolId("/test/echo/1.0.0"), echo).get();
      connection.loop().execute(() -> echo.pump(stream));
      assertThat(echo.back.get(STEP.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ECHO_BYTES);
    }
  }

  private static Multiaddr address(String listening) throws MalformedMessageException {
    Matcher matcher = Pattern.compile("\"addresses\":\\[\"([^\"]+)\"").matcher(listening);
    assertThat(matcher.find()).as(listening).isTrue();
    return Multiaddr.parse(matcher.group(1));
  }

  /** Sends bytes as fast as it may and counts those that come back. */
  private static final class Echo implements StreamListener {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final CompletableFuture<Integer> back = new CompletableFuture<>();
    private int sent;
    private int received;

    void pump(Stream stream) {
      while (sent < ECHO_BYTES && stream.isWritable()) {
        stream.write(ByteBuffer.allocate(CHUNK_BYTES));
        sent += CHUNK_BYTES;
        if (sent == ECHO_BYTES) {
          stream.closeWrite();
        }
      }
    }

    @Override
    public void onWritable(Stream stream) {
      pump(stream);
    }

    @Override
    public void onData(Stream stream, ByteBuffer data) {
      received += data.remaining();
      stream.consumed(data.remaining());
    }

    @Override
    public void onRemoteClose(Stream stream) {
      back.complete(received);
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      back.completeExceptionally(new AssertionError(reason));
    }
  }
}
