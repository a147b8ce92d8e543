package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds of a host as peers on real sockets meet them. */
@Tag("socket")
@Timeout(60)
class HostLimitsTest {
  private static final ProtocolId SINK = new ProtocolId("/test/sink/1");
  private static final ProtocolId OTHER = new ProtocolId("/test/other/1");

  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  private NettyHost serving(HostLimits limits) {
    NettyHost host = hosts.start(c -> c.withLimits(limits));
    host.handle(SINK, stream -> new RecordingListener());
    host.handle(OTHER, stream -> new RecordingListener());
    return host;
  }

  private static Stream open(Connection connection, ProtocolId protocol) {
    return Hosts.await(connection.open(protocol, new RecordingListener()));
  }

  /** Opens connections that say nothing, and opens others when they are closed, until told. */
  private static Thread dawdler(NettyHost victim, int count, AtomicBoolean over) {
    Multiaddr.TcpAddress tcp = victim.addresses().get(0).tcp().orElseThrow();
    Thread thread =
        new Thread(
            () -> {
              List<Socket> sockets = new ArrayList<>();
              while (!over.get()) {
                try {
                  sockets.add(new Socket(tcp.host(), tcp.port()));
                  if (sockets.size() > count) {
                    sockets.remove(0).close();
                  }
                } catch (IOException refused) {
                  Thread.onSpinWait();
                }
              }
              sockets.forEach(HostLimitsTest::closed);
            });
    thread.setDaemon(true);
    return thread;
  }

  private static void closed(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      assertThat(gone).isNotNull();
    }
  }

  @Test
  void slowHandshakesDoNotKeepHonestPeersOut() throws IOException {
    NettyHost victim = serving(HostLimits.defaults().withConnections(32, 24, 16));
    NettyHost honest = hosts.start();
    Multiaddr.TcpAddress tcp = victim.addresses().get(0).tcp().orElseThrow();
    List<Socket> slow = new ArrayList<>();
    List<Long> tookNanos = new ArrayList<>();
    try {
      reconnect(honest, victim);
      for (int i = 0; i < 128; i++) {
        // Eight times as many as there are places, each of which would last ten seconds.
        slow.add(new Socket(tcp.host(), tcp.port()));
      }
      for (int i = 0; i < 20; i++) {
        tookNanos.add(reconnect(honest, victim));
        slow.add(new Socket(tcp.host(), tcp.port()));
      }
      Collections.sort(tookNanos);
      // All but one, as the machine may have paused.
      assertThat(tookNanos.get(18)).isLessThan(Duration.ofSeconds(1).toNanos());
    } finally {
      slow.forEach(HostLimitsTest::closed);
    }
  }

  /** Connects and closes; returns how long the connecting took. */
  private static long reconnect(NettyHost honest, NettyHost victim) {
    long startNanos = System.nanoTime();
    Connection connection = Hosts.await(honest.connect(Hosts.addressOf(victim)));
    long tookNanos = System.nanoTime() - startNanos;
    connection.close();
    await().until(() -> honest.connectedPeers().isEmpty());
    return tookNanos;
  }

  @Test
  void aConnectionSurvivesAFloodOfOthersThatNeverFinish() throws InterruptedException {
    NettyHost victim = serving(HostLimits.defaults().withConnections(32, 24, 16));
    NettyHost honest = hosts.start();
    Connection connection = Hosts.await(honest.connect(Hosts.addressOf(victim)));
    // The side that dialled is ready first; until the other is, this is an unfinished one too.
    await().until(() -> victim.connectedPeers().contains(honest.peerId()));
    AtomicBoolean over = new AtomicBoolean();
    Thread flood = dawdler(victim, 100, over);
    flood.start();
    for (int i = 0; i < 200; i++) {
      open(connection, SINK).reset();
    }
    over.set(true);
    flood.join();
    assertThat(honest.connectedPeers()).containsExactly(victim.peerId());
  }

  @Test
  void streamsOfOneProtocolBeyondTheLimitAreReset() {
    NettyHost victim =
        serving(HostLimits.defaults().withStreams(StreamCounts.defaults().withPerPeer(8, 3)));
    Connection connection = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      streams.add(open(connection, SINK));
    }
    assertResetAtOnce(connection, SINK);
    open(connection, OTHER);
    streams.get(0).reset();
    open(connection, SINK);
  }

  @Test
  void streamsOfAllProtocolsBeyondTheLimitAreResetOverAllConnections() {
    NettyHost victim =
        serving(HostLimits.defaults().withStreams(StreamCounts.defaults().withPerPeer(4, 4)));
    NettyHost peer = hosts.start();
    Connection first = Hosts.await(peer.connect(Hosts.addressOf(victim)));
    // Identify is over when the protocols are known.
    await().until(() -> !victim.peerstore().protocols(peer.peerId()).isEmpty());
    await().until(() -> !peer.peerstore().protocols(victim.peerId()).isEmpty());
    for (int i = 0; i < 2; i++) {
      open(first, SINK);
      open(first, OTHER);
    }
    assertResetAtOnce(first, SINK);
  }

  @Test
  void whenAllHaveTooManyStreamsOnlyWhoHasFewOpensMore() {
    StreamCounts counts = StreamCounts.defaults().withHost(12, 4);
    NettyHost victim = serving(HostLimits.defaults().withStreams(counts));
    NettyHost many = hosts.start();
    Connection greedy = Hosts.await(many.connect(Hosts.addressOf(victim)));
    await().until(() -> !many.peerstore().protocols(victim.peerId()).isEmpty());
    await().until(() -> !victim.peerstore().protocols(many.peerId()).isEmpty());
    for (int i = 0; i < 12; i++) {
      open(greedy, SINK);
    }
    assertResetAtOnce(greedy, SINK);
    NettyHost few = hosts.start();
    Connection modest = Hosts.await(few.connect(Hosts.addressOf(victim)));
    await().until(() -> !few.peerstore().protocols(victim.peerId()).isEmpty());
    await().until(() -> !victim.peerstore().protocols(few.peerId()).isEmpty());
    for (int i = 0; i < 4; i++) {
      open(modest, SINK);
    }
    assertResetAtOnce(modest, SINK);
  }

  private static void assertResetAtOnce(Connection connection, ProtocolId protocol) {
    Throwable failure = Hosts.awaitFailure(connection.open(protocol, new RecordingListener()));
    assertThat(failure).isInstanceOf(StreamBroken.class);
    assertThat(((StreamBroken) failure).reason()).isEqualTo(ResetReason.REMOTE);
  }

  @Test
  void aProtectedPeerStaysWhenThereAreTooMany() {
    ConnectionLimits trimming = new ConnectionLimits(1, 2, Duration.ZERO);
    NettyHost busy = serving(HostLimits.defaults().withTrimming(trimming));
    NettyHost friend = hosts.start();
    assertThat(busy.protect(friend.peerId(), "test")).isTrue();
    Hosts.await(friend.connect(Hosts.addressOf(busy)));
    for (int i = 0; i < 4; i++) {
      Hosts.await(hosts.start().connect(Hosts.addressOf(busy)));
      assertThat(busy.connectedPeers()).contains(friend.peerId());
    }
  }

  @Test
  void whoHasBeenConnectedLongestStaysWhenThereAreTooMany() {
    ConnectionLimits trimming = new ConnectionLimits(8, 8, Duration.ZERO);
    NettyHost busy = serving(HostLimits.defaults().withTrimming(trimming));
    NettyHost first = hosts.start();
    Hosts.await(first.connect(Hosts.addressOf(busy)));
    List<PeerId> others = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      NettyHost other = hosts.start();
      Hosts.await(other.connect(Hosts.addressOf(busy)));
      others.add(other.peerId());
    }
    await().until(() -> !others.stream().allMatch(busy::isConnected));
    assertThat(busy.isConnected(first.peerId())).isTrue();
  }
}
