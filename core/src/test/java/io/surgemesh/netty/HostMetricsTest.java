package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Rule;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("socket")
@Timeout(60)
class HostMetricsTest {
  private static final ProtocolId SINK = new ProtocolId("/test/sink/1");

  /** Writes down what it is told, identify apart, which comes when it likes. */
  private static final class Notes implements HostMetrics {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final AtomicLong received = new AtomicLong();
    final AtomicLong sent = new AtomicLong();
    final AtomicInteger batches = new AtomicInteger();

    private void note(Object... words) {
      StringBuilder line = new StringBuilder();
      for (Object word : words) {
        line.append(line.length() == 0 ? "" : " ").append(word);
      }
      if (line.indexOf("/ipfs/id") < 0) {
        lines.add(line.toString());
      }
    }

    @Override
    public void connected(Direction direction, SecureChannel channel) {
      note("connected", direction, channel);
    }

    @Override
    public void disconnected(Direction direction, SecureChannel channel) {
      note("disconnected", direction, channel);
    }

    @Override
    public void connectionRefused(Direction direction) {
      note("refused", direction);
    }

    @Override
    public void dialFailed(Unreachable.Reason reason) {
      note("dialFailed", reason);
    }

    @Override
    public void handshakeFailed(Direction direction, Unreachable.Reason reason) {
      note("handshakeFailed", direction, reason);
    }

    @Override
    public void streamOpened(String protocol, Direction direction) {
      note("opened", protocol, direction);
    }

    @Override
    public void streamEnded(String protocol, Direction direction, StreamEnd end) {
      note("ended", protocol, direction, end);
    }

    @Override
    public void bytesMoved(long in, long out) {
      received.addAndGet(in);
      sent.addAndGet(out);
      batches.incrementAndGet();
    }

    @Override
    public void misbehaved(@Nullable PeerId peer, Rule rule) {
      note("misbehaved", Objects.requireNonNullElse(peer, "-"), rule);
    }
  }

  private final Hosts hosts = new Hosts();
  private final Notes ofA = new Notes();
  private final Notes ofB = new Notes();

  @AfterEach
  void close() {
    hosts.close();
  }

  private NettyHost startA(Security... securities) {
    return hosts.start(
        c ->
            securities.length == 0
                ? c.withMetrics(ofA)
                : c.withMetrics(ofA).withSecurities(List.of(securities)));
  }

  private NettyHost startB() {
    NettyHost b = hosts.start(c -> c.withMetrics(ofB));
    b.handle(SINK, stream -> new RecordingListener());
    return b;
  }

  private static Socket dial(NettyHost host) throws IOException {
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    return new Socket(tcp.host(), tcp.port());
  }

  private static void awaitLine(Notes notes, String line) {
    await().atMost(Duration.ofSeconds(20)).until(() -> notes.lines.contains(line));
  }

  @Test
  void bothSidesAreToldOfAConnectionAndOfItsEnd() {
    NettyHost a = startA(Security.TLS);
    NettyHost b = startB();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    awaitLine(ofB, "connected INBOUND TLS");
    connection.close();
    awaitLine(ofA, "disconnected OUTBOUND TLS");
    awaitLine(ofB, "disconnected INBOUND TLS");
    assertThat(ofA.lines).containsExactly("connected OUTBOUND TLS", "disconnected OUTBOUND TLS");
    assertThat(ofB.lines).containsExactly("connected INBOUND TLS", "disconnected INBOUND TLS");
  }

  @Test
  void eachStreamIsToldOnceWithHowItEnded() {
    NettyHost a = startA(Security.NOISE);
    NettyHost b = startB();
    b.handle(
        new ProtocolId("/test/whole/1"),
        stream -> {
          stream.closeWrite();
          return new RecordingListener();
        });
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    Stream whole =
        Hosts.await(connection.open(new ProtocolId("/test/whole/1"), new RecordingListener()));
    whole.closeWrite();
    awaitLine(ofA, "ended /test/whole/1 OUTBOUND CLOSED");
    awaitLine(ofB, "ended /test/whole/1 INBOUND CLOSED");
    whole.reset();
    Hosts.await(connection.open(SINK, new RecordingListener())).reset();
    awaitLine(ofA, "ended /test/sink/1 OUTBOUND RESET_BY_US");
    awaitLine(ofB, "ended /test/sink/1 INBOUND RESET_BY_PEER");
    ofA.lines.clear();
    Hosts.await(connection.open(SINK, new RecordingListener()));
    connection.close();
    awaitLine(ofA, "disconnected OUTBOUND NOISE");
    assertThat(ofA.lines)
        .containsExactlyInAnyOrder(
            "opened /test/sink/1 OUTBOUND",
            "ended /test/sink/1 OUTBOUND CONNECTION_CLOSED",
            "disconnected OUTBOUND NOISE");
  }

  @Test
  void protocolsBeyondTheBoundAreOthers() {
    ProtocolLabels labels = new ProtocolLabels();
    for (int i = 0; i < HostMetrics.PROTOCOLS_MAX; i++) {
      assertThat(labels.of("/test/" + i)).isEqualTo("/test/" + i);
    }
    assertThat(labels.of("/test/more")).isEqualTo(HostMetrics.OTHER_PROTOCOL);
    assertThat(labels.of("/test/0")).isEqualTo("/test/0");
  }

  @Test
  void bytesComeInBatchesAndNoneIsMissing() {
    NettyHost a = startA();
    NettyHost b = startB();
    RecordingListener heard = new RecordingListener();
    b.handle(SINK, stream -> heard);
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    Stream stream = Hosts.await(connection.open(SINK, new RecordingListener()));
    int bytes = 3_000_000;
    for (int i = 0; i < bytes / 1000; i++) {
      stream.write(ByteBuffer.wrap(new byte[1000]));
    }
    await().until(() -> heard.received.get() == bytes);
    connection.close();
    awaitLine(ofA, "disconnected OUTBOUND NOISE");
    awaitLine(ofB, "disconnected INBOUND NOISE");
    assertThat(ofA.sent.get()).isGreaterThan(bytes);
    assertThat(ofB.received.get()).isGreaterThan(bytes).isLessThanOrEqualTo(ofA.sent.get());
    assertThat(ofA.batches.get()).isLessThan(30);
  }

  @Test
  void aDialAndAHandshakeThatFailAreToldWithTheReason() throws IOException {
    NettyHost a =
        hosts.start(
            c ->
                c.withMetrics(ofA)
                    .withDeadlines(c.deadlines().withHandshake(Duration.ofMillis(300))));
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Throwable failure =
          Hosts.awaitFailure(
              a.connect(Multiaddr.of("/ip4/127.0.0.1/tcp/" + silent.getLocalPort())));
      assertThat(failure).isInstanceOf(Unreachable.class);
    }
    awaitLine(ofA, "dialFailed TIMED_OUT");
    assertThat(ofA.lines)
        .containsExactlyInAnyOrder(
            "handshakeFailed OUTBOUND TIMED_OUT",
            "misbehaved - handshake.deadline",
            "dialFailed TIMED_OUT");
  }

  @Test
  void garbageInsteadOfAHandshakeNamesTheRuleBroken() throws IOException {
    NettyHost a = startA();
    try (Socket socket = dial(a)) {
      socket.getOutputStream().write(new byte[] {0, 0, 0});
      awaitLine(ofA, "misbehaved - multistream.line");
    }
    byte[] zeroKey = new byte[34];
    zeroKey[1] = 32;
    try (Socket socket = dial(a)) {
      socket
          .getOutputStream()
          .write("\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(zeroKey);
      awaitLine(ofA, "misbehaved - noise.key");
    }
    try (Socket socket = dial(a)) {
      socket
          .getOutputStream()
          .write(
              "\u0013/multistream/1.0.0\n\u000b/tls/1.0.0\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(zeroKey);
      awaitLine(ofA, "misbehaved - tls.handshake");
    }
  }

  private static Socket proposeTls(NettyHost host) throws IOException {
    Socket socket = dial(host);
    socket
        .getOutputStream()
        .write("\u0013/multistream/1.0.0\n\u000b/tls/1.0.0\n".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void assertNobodyIsBlamed(Notes notes) {
    assertThat(notes.lines).noneMatch(line -> line.startsWith("misbehaved"));
  }

  @Test
  void whoDoesNotWantOurTlsAfterAllHasDoneNoWrong() throws IOException {
    NettyHost a = startA();
    try (Socket socket = proposeTls(a)) {
      byte[] badCertificate = {21, 3, 3, 0, 2, 2, 42};
      socket.getOutputStream().write(badCertificate);
      awaitLine(ofA, "handshakeFailed INBOUND HANDSHAKE_FAILED");
    }
    assertNobodyIsBlamed(ofA);
  }

  @Test
  void whoseNetworkIsLostDuringAHandshakeHasDoneNoWrong() throws IOException {
    NettyHost a = startA();
    try (Socket socket = proposeTls(a)) {
      byte[] halfARecord = {22, 3, 3, 0, 100, 1, 0, 0, 96, 3, 3};
      socket.getOutputStream().write(halfARecord);
    }
    awaitLine(ofA, "handshakeFailed INBOUND HANDSHAKE_FAILED");
    assertNobodyIsBlamed(ofA);
  }

  @Test
  void whoIsOneTooManyIsCountedAndNotBlamed() {
    NettyHost full =
        hosts.start(c -> c.withMetrics(ofA).withLimits(c.limits().withConnections(1, 1, 1)));
    NettyHost b = startB();
    Hosts.await(b.connect(Hosts.addressOf(full)));
    awaitLine(ofA, "connected INBOUND NOISE");
    Hosts.awaitFailure(hosts.start().connect(Hosts.addressOf(full)));
    awaitLine(ofA, "refused INBOUND");
    assertNobodyIsBlamed(ofA);
  }

  @Test
  void aConnectionMoreThanAPeerMayHaveIsCountedAndNotBlamed() {
    ConnectionCounts noneOfAPeer = new ConnectionCounts(8, 8, 8, 8, 8, 0);
    NettyHost a =
        hosts.start(c -> c.withMetrics(ofA).withLimits(c.limits().withConnections(noneOfAPeer)));
    NettyHost b = startB();
    Hosts.awaitFailure(a.connect(Hosts.addressOf(b)));
    awaitLine(ofA, "refused OUTBOUND");
    assertNobodyIsBlamed(ofA);
  }

  @Test
  void aPingFloodNamesThePeer() {
    NettyHost a = startA();
    NettyHost b = startB();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    Stream stream = Hosts.await(connection.open(Ping.PROTOCOL, new RecordingListener()));
    stream.write(ByteBuffer.wrap(new byte[32 * 100]));
    awaitLine(ofB, "misbehaved " + a.peerId() + " ping.flood");
  }

  @Test
  void metricsThatThrowBreakNothing() {
    HostMetrics broken =
        new HostMetrics() {
          @Override
          public void connected(Direction direction, SecureChannel channel) {
            throw new IllegalStateException("a bug of the application");
          }

          @Override
          public void bytesMoved(long received, long sent) {
            throw new IllegalStateException("another");
          }
        };
    NettyHost a = hosts.start(c -> c.withMetrics(broken));
    NettyHost b = startB();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    assertThat(Hosts.await(connection.open(SINK, new RecordingListener()))).isNotNull();
  }
}
