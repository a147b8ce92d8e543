package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.ProtocolNotSupported;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
class NettyHostTest {
  private static final ProtocolId SINK = new ProtocolId("/test/sink/1");

  private final Hosts hosts;

  NettyHostTest(Security security) {
    hosts = new Hosts(security);
  }

  @AfterEach
  void close() {
    hosts.close();
  }

  private static final class Events implements ConnectionListener {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void onConnected(PeerId peer) {
      seen.add("connected");
    }

    @Override
    public void onDisconnected(PeerId peer) {
      seen.add("disconnected");
    }

    @Override
    public void onIdentified(PeerId peer) {
      seen.add("identified");
    }
  }

  @Test
  void twoHostsConnectIdentifyAndPing() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Events events = new Events();
    b.addListener(events);
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    assertThat(connection.remotePeer()).isEqualTo(b.peerId());
    assertThat(connection.isOutbound()).isTrue();
    assertThat(a.connection(b.peerId())).containsSame(connection);
    Duration rtt = Hosts.await(Ping.ping(a, b.peerId(), Duration.ofSeconds(5)));
    assertThat(rtt).isBetween(Duration.ofNanos(1), Duration.ofSeconds(5));
    await().untilAsserted(() -> assertThat(events.seen).containsExactly("connected", "identified"));
    assertThat(b.connection(a.peerId()))
        .hasValueSatisfying(other -> assertThat(other.isOutbound()).isFalse());
    assertThat(b.peerstore().addresses(a.peerId())).isEqualTo(a.addresses());
    await().until(() -> a.peerstore().protocols(b.peerId()).contains(Identify.PROTOCOL));
    assertThat(a.connectedPeers()).containsExactly(b.peerId());
    a.disconnect(b.peerId());
    await()
        .untilAsserted(
            () ->
                assertThat(events.seen).containsExactly("connected", "identified", "disconnected"));
  }

  @Test
  void aListenerAddedLateIsToldOfPeersAlreadyThere() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Hosts.await(a.connect(Hosts.addressOf(b)));
    await().until(() -> !a.peerstore().protocols(b.peerId()).isEmpty());
    Events late = new Events();
    await()
        .untilAsserted(
            () -> {
              Events another = new Events();
              a.addListener(another);
              CompletableFuture<Void> settled = new CompletableFuture<>();
              a.loop().execute(() -> settled.complete(null));
              Hosts.await(settled);
              assertThat(another.seen).containsExactly("connected", "identified");
            });
    assertThat(late.seen).isEmpty();
  }

  @Test
  void callersShareOneDialAndOneConnection() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    a.peerstore().addAddresses(b.peerId(), b.addresses());
    var first = a.connect(b.peerId());
    var second = a.connect(b.peerId());
    assertThat(Hosts.await(first)).isSameAs(Hosts.await(second));
    assertThat(Hosts.await(a.connect(b.peerId()))).isSameAs(Hosts.await(first));
  }

  @Test
  void cancellingOneCallerLeavesTheOthersTheirDial() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    a.peerstore().addAddresses(b.peerId(), b.addresses());
    var first = a.connect(b.peerId());
    var second = a.connect(b.peerId());
    first.cancel(false);
    assertThat(Hosts.await(second).remotePeer()).isEqualTo(b.peerId());
  }

  @Test
  void anAddressWithoutPeerIdTellsWhoIsThere() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    assertThat(Hosts.await(a.connect(b.addresses().get(0))).remotePeer()).isEqualTo(b.peerId());
  }

  @Test
  void namesAreResolved() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    String port = b.addresses().get(0).find(Multiaddr.Protocol.TCP).orElseThrow();
    Multiaddr named = Multiaddr.of("/dns4/localhost/tcp/" + port);
    assertThat(Hosts.await(a.connect(named)).remotePeer()).isEqualTo(b.peerId());
  }

  @Test
  void anotherPeerThanExpectedIsRefusedAndItsAddressForgotten() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    PeerId other = KeyPair.generate(new SecureRandom()).peerId();
    a.peerstore().addAddresses(other, b.addresses());
    assertUnreachable(a.connect(other), Unreachable.Reason.WRONG_PEER);
    assertThat(a.peerstore().addresses(other)).isEmpty();
    assertThat(a.connectedPeers()).isEmpty();
  }

  @Test
  void aDeadAddressIsFollowedByTheNextOne() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    a.peerstore().addAddresses(b.peerId(), b.addresses());
    a.peerstore().addAddresses(b.peerId(), List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/1")));
    assertThat(Hosts.await(a.connect(b.peerId())).remotePeer()).isEqualTo(b.peerId());
  }

  @Test
  void whatCannotBeDialledFailsWithItsReason() {
    NettyHost a = hosts.start();
    PeerId stranger = KeyPair.generate(new SecureRandom()).peerId();
    assertUnreachable(a.connect(stranger), Unreachable.Reason.NO_ADDRESS);
    assertUnreachable(
        a.connect(Multiaddr.of("/ip4/127.0.0.1/udp/9/quic-v1")), Unreachable.Reason.NO_ADDRESS);
    assertUnreachable(a.connect(Multiaddr.of("/ip4/0.0.0.0/tcp/9")), Unreachable.Reason.NO_ADDRESS);
    assertUnreachable(
        a.connect(Multiaddr.of("/ip4/127.0.0.1/tcp/1")), Unreachable.Reason.CONNECT_FAILED);
    assertUnreachable(a.connect(a.peerId()), Unreachable.Reason.SELF_DIAL);
    assertUnreachable(a.connect(a.addresses().get(0)), Unreachable.Reason.SELF_DIAL);
  }

  @Test
  void aProtocolNobodyServesIsNotSupported() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    Throwable failure = Hosts.awaitFailure(connection.open(SINK, new RecordingListener()));
    assertThat(failure).isInstanceOf(ProtocolNotSupported.class);
    assertThat(((ProtocolNotSupported) failure).protocol()).isEqualTo(SINK.value());
  }

  @Test
  void whatIsWrittenBeforeThePeerAgreedArrives() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    RecordingListener sink = new RecordingListener();
    b.handle(SINK, stream -> sink);
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    Stream stream = Hosts.await(connection.openEagerly(SINK, new RecordingListener()));
    assertThat(stream.protocol()).isEqualTo(SINK);
    stream.write(ByteBuffer.allocate(100_000));
    stream.closeWrite();
    Hosts.await(sink.remoteClosed);
    assertThat(sink.received).hasValue(100_000);
  }

  @Test
  void anEagerStreamNobodyServesIsResetAsNotSupported() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    RecordingListener listener = new RecordingListener();
    Stream stream = Hosts.await(connection.openEagerly(SINK, listener));
    stream.write(ByteBuffer.allocate(100));
    assertThat(Hosts.await(listener.reset)).isEqualTo(ResetReason.NOT_SUPPORTED);
    assertThat(Hosts.await(Ping.ping(a, b.peerId(), Duration.ofSeconds(10)))).isPositive();
  }

  @Test
  void twoPeersThatDialEachOtherAtOnceBothSucceed() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(SINK, stream -> new RecordingListener());
    a.handle(SINK, stream -> new RecordingListener());
    var fromA = a.connect(Hosts.addressOf(b));
    var fromB = b.connect(Hosts.addressOf(a));
    Hosts.await(fromA);
    Hosts.await(fromB);
    var one = Hosts.await(a.open(b.peerId(), SINK, new RecordingListener()));
    var two = Hosts.await(b.open(a.peerId(), SINK, new RecordingListener()));
    boolean aIsLower = a.peerId().compareTo(b.peerId()) < 0;
    await()
        .until(
            () ->
                Hosts.await(a.connect(b.peerId())).isOutbound() == aIsLower
                    || a.connectedPeers().size() == 1);
    assertThat(one.protocol()).isEqualTo(two.protocol());
  }

  @Test
  void anAddressInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      NettyHostConfig config =
          NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
              .withListen(List.of(Multiaddr.of("/ip4/0.0.0.0/tcp/" + taken.getLocalPort())));
      assertThatThrownBy(() -> NettyHost.start(config))
          .isInstanceOf(MeshException.class)
          .hasMessageContaining(String.valueOf(taken.getLocalPort()))
          .cause()
          .hasMessageContaining("in use");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    NettyHostConfig config =
        NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
            .withListen(List.of(Multiaddr.of("/ip4/192.0.2.1/tcp/0")));
    assertThatThrownBy(() -> NettyHost.start(config))
        .isInstanceOf(MeshException.class)
        .hasMessageContaining("192.0.2.1");
  }

  @Test
  void listeningEverywhereAnnouncesRealAddresses() {
    NettyHost host = hosts.start(c -> c.withListen(List.of(Multiaddr.of("/ip4/0.0.0.0/tcp/0"))));
    assertThat(host.addresses()).isNotEmpty().noneMatch(Multiaddr::isUnspecified);
    assertThat(host.addresses()).allMatch(address -> address.tcp().orElseThrow().port() > 0);
  }

  @Test
  void connectionsBeyondTheLimitAreRefused() {
    NettyHost a = hosts.start();
    NettyHost full = hosts.start(c -> c.withLimits(HostLimits.defaults().withConnections(1, 1, 1)));
    Hosts.await(a.connect(Hosts.addressOf(full)));
    // The dialler is ready first, and an unfinished handshake would give up its place.
    await().until(() -> full.connectedPeers().contains(a.peerId()));
    NettyHost late = hosts.start();
    assertThat(Hosts.awaitFailure(late.connect(Hosts.addressOf(full))))
        .isInstanceOf(Unreachable.class);
    assertUnreachable(full.connect(Hosts.addressOf(late)), Unreachable.Reason.LIMIT);
  }

  @Test
  void closingFailsWhatIsUnderWayAndLeavesNoThreads() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      NettyHost a = hosts.start();
      NettyHost b = hosts.start();
      Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
      var dial = a.connect(Multiaddr.of("/ip4/127.0.0.1/tcp/" + silent.getLocalPort()));
      a.close();
      assertThat(Hosts.awaitFailure(dial)).isInstanceOf(MeshException.class);
      assertThat(Hosts.awaitFailure(connection.open(SINK, new RecordingListener())))
          .isInstanceOf(MeshException.class);
      assertUnreachable(a.connect(b.peerId()), Unreachable.Reason.CLOSED);
      b.close();
      await().until(() -> threadsOfHosts() == 0);
    }
  }

  private static long threadsOfHosts() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("surgemesh-"))
        .count();
  }

  private static void assertUnreachable(
      CompletableFuture<Connection> dial, Unreachable.Reason reason) {
    Throwable failure = Hosts.awaitFailure(dial);
    assertThat(failure).isInstanceOf(Unreachable.class);
    assertThat(((Unreachable) failure).reason()).isEqualTo(reason);
  }
}
