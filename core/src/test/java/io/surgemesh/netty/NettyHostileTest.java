package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.YamuxLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("socket")
@Timeout(60)
class NettyHostileTest {
  private static final ProtocolId SINK = new ProtocolId("/test/sink/1");

  /** Of one that does not mind what is done to it. */
  private static final YamuxLimits BEARING_ALL =
      YamuxLimits.defaults().withResets(100_000, 100_000);

  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  private static Socket dial(NettyHost host) throws IOException {
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    Socket socket = new Socket(tcp.host(), tcp.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Reads until the other side closes or resets. */
  private static void awaitClosed(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      while (in.read() >= 0) {
        // What was sent before the close does not matter.
      }
    } catch (java.net.SocketTimeoutException open) {
      throw new AssertionError("still open", open);
    } catch (IOException reset) {
      assertThat(reset).isNotNull();
    }
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException closedMeanwhile) {
      assertThat(closedMeanwhile).isNotNull();
    }
  }

  private static byte[] lines(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append((char) (line.length() + 1)).append(line).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Holds the loop of a host until the latch it gives is released; returns once it is held. */
  private static CountDownLatch blockLoop(NettyHost host) {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    host.loop()
        .execute(
            () -> {
              held.countDown();
              try {
                release.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      held.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
    return release;
  }

  @Test
  void garbageInsteadOfAHandshakeIsClosedAtOnce() throws IOException {
    NettyHost host = hosts.start();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(3000)];
      random.nextBytes(garbage);
      garbage[0] = (byte) (0x80 | garbage[0]);
      garbage[garbage.length > 1 ? 1 : 0] = (byte) 0xff;
      try (Socket socket = dial(host)) {
        send(socket, garbage);
        if (garbage.length > 1) {
          awaitClosed(socket);
        }
      }
    }
    assertStillServes(host);
  }

  @Test
  void garbageInsteadOfNoiseIsClosedAtOnce() throws IOException {
    NettyHost host = hosts.start();
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 50; i++) {
      // A place with more faults than these has to wait.
      host = i % 3 == 2 ? hosts.start() : host;
      byte[] garbage = new byte[400];
      random.nextBytes(garbage);
      garbage[0] = 0;
      garbage[1] = 32;
      garbage[34] = 0;
      garbage[35] = (byte) 200;
      try (Socket socket = dial(host)) {
        send(socket, lines("/multistream/1.0.0", "/noise"));
        send(socket, garbage);
        awaitClosed(socket);
      }
    }
    assertStillServes(host);
  }

  @Test
  void aSmallOrderKeyIsClosedAtOnce() throws IOException {
    NettyHost host = hosts.start();
    try (Socket socket = dial(host)) {
      send(socket, lines("/multistream/1.0.0", "/noise"));
      byte[] zeroKey = new byte[34];
      zeroKey[1] = 32;
      send(socket, zeroKey);
      awaitClosed(socket);
    }
    assertStillServes(host);
  }

  @Test
  void aDrippingHandshakeEndsAtItsDeadline() throws IOException {
    NettyHost host =
        hosts.start(c -> c.withDeadlines(c.deadlines().withHandshake(Duration.ofMillis(500))));
    long start = System.nanoTime();
    try (Socket socket = dial(host)) {
      byte[] line = lines("/multistream/1.0.0", "/noise");
      CountDownLatch closed = new CountDownLatch(1);
      Thread reader =
          new Thread(
              () -> {
                awaitClosed(socket);
                closed.countDown();
              });
      reader.start();
      OutputStream out = socket.getOutputStream();
      int sent = 0;
      while (!closed.await(50, TimeUnit.MILLISECONDS) && sent < line.length) {
        out.write(line[sent++]);
      }
      reader.join();
    } catch (IOException reset) {
      assertThat(reset).isNotNull();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(400), Duration.ofSeconds(10));
    assertStillServes(host);
  }

  @Test
  void aSilentListenerEndsADialAtTheHandshakeDeadline() throws IOException {
    NettyHost host =
        hosts.start(c -> c.withDeadlines(c.deadlines().withHandshake(Duration.ofMillis(300))));
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Throwable failure =
          Hosts.awaitFailure(
              host.connect(Multiaddr.of("/ip4/127.0.0.1/tcp/" + silent.getLocalPort())));
      assertThat(failure).isInstanceOf(Unreachable.class);
      assertThat(((Unreachable) failure).reason()).isEqualTo(Unreachable.Reason.TIMED_OUT);
    }
  }

  @Test
  void aPeerThatReadsNothingIsClosed() {
    NettyHost a =
        hosts.start(c -> c.withDeadlines(c.deadlines().withWriteStall(Duration.ofSeconds(1))));
    NettyHost b =
        hosts.start(
            c ->
                c.withLimits(
                    HostLimits.defaults()
                        .withStreams(StreamCounts.defaults().withPerPeer(256, 256))));
    b.handle(SINK, stream -> new RecordingListener());
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      streams.add(Hosts.await(connection.open(SINK, new RecordingListener())));
    }
    CountDownLatch release = blockLoop(b);
    for (Stream stream : streams) {
      stream.write(ByteBuffer.wrap(new byte[250_000]));
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> a.connectedPeers().isEmpty());
    release.countDown();
  }

  @Test
  void aStreamWhoseProtocolIsNeverAgreedEndsAtItsDeadline() {
    NettyHost a =
        hosts.start(
            c -> c.withDeadlines(c.deadlines().withStreamNegotiation(Duration.ofMillis(300))));
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    CountDownLatch release = blockLoop(b);
    Throwable failure = Hosts.awaitFailure(connection.open(SINK, new RecordingListener()));
    release.countDown();
    assertThat(failure).isInstanceOf(StreamBroken.class);
    assertThat(((StreamBroken) failure).reason()).isEqualTo(ResetReason.TIMED_OUT);
  }

  @Test
  void aPingFloodLosesItsStreamOnly() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    RecordingListener flood = new RecordingListener();
    Stream stream = Hosts.await(connection.open(Ping.PROTOCOL, flood));
    stream.write(ByteBuffer.wrap(new byte[32 * 100]));
    Hosts.await(flood.reset);
    assertThat(a.connectedPeers()).contains(b.peerId());
  }

  @Test
  void whoAsksWhoWeAreWithoutEndLosesItsConnection() {
    NettyHost a = hosts.start(c -> c.withYamux(BEARING_ALL));
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    for (int i = 0; i < 1000; i++) {
      var unused = connection.open(Identify.PROTOCOL, new RecordingListener());
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> a.connectedPeers().isEmpty());
  }

  @Test
  void whoIsClosedForMisbehaviourCannotComeBackAtOnceAgainAndAgain() {
    NettyHost victim = hosts.start();
    int connected = 0;
    for (int i = 0; i < 30; i++) {
      NettyHost attacker = hosts.start(c -> c.withYamux(BEARING_ALL));
      try {
        Connection connection = attacker.connect(Hosts.addressOf(victim)).get(10, TimeUnit.SECONDS);
        connected++;
        for (int j = 0; j < 1000; j++) {
          var unused = connection.open(Identify.PROTOCOL, new RecordingListener());
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> attacker.connectedPeers().isEmpty());
      } catch (ExecutionException | TimeoutException | InterruptedException refused) {
        break;
      }
    }
    assertThat(connected).isBetween(2, 10);
  }

  private void assertStillServes(NettyHost host) {
    NettyHost friend = hosts.start();
    assertThat(Hosts.await(friend.connect(Hosts.addressOf(host))).remotePeer())
        .isEqualTo(host.peerId());
  }
}
