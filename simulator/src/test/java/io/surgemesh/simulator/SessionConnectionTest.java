package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Connections at byte level: dialling, identify and ping, and the faults of the network. */
class SessionConnectionTest {
  private final TwoNodes nodes = TwoNodes.atByteLevel(new RecordingListener());
  private final RecordingListener mine = new RecordingListener();

  @Test
  void aDialTakesTheRoundTripsOfTcpAndOfNoise() {
    List<String> log = new ArrayList<>();
    nodes.near.addListener(logging(nodes.near, log));
    nodes.far.addListener(logging(nodes.far, log));
    Connection connection = nodes.connect();
    assertThat(nodes.network.time().nowNanos()).isEqualTo(40_000_000);
    nodes.runMillis(100);
    assertThat(log)
        .containsExactly("40 0 connected", "50 1 connected", "60 0 identified", "70 1 identified");
    assertThat(connection.remotePeer()).isEqualTo(nodes.far.peerId());
    assertThat(connection.isOutbound()).isTrue();
    assertThat(nodes.near.peerstore().protocols(nodes.far.peerId()))
        .containsExactly(Identify.PROTOCOL, Identify.PUSH, Ping.PROTOCOL, TALK);
    assertThat(nodes.far.peerstore().addresses(nodes.near.peerId()))
        .isEqualTo(nodes.near.addresses());

    log.clear();
    nodes.near.disconnect(nodes.far.peerId());
    nodes.runMillis(100);
    assertThat(log).containsExactly("140 0 disconnected", "150 1 disconnected");
  }

  private static ConnectionListener logging(SimulatedHost host, List<String> log) {
    return new ConnectionListener() {
      @Override
      public void onConnected(PeerId peer) {
        note("connected");
      }

      @Override
      public void onDisconnected(PeerId peer) {
        note("disconnected");
      }

      @Override
      public void onIdentified(PeerId peer) {
        note("identified");
      }

      private void note(String what) {
        log.add(host.loop().nowNanos() / 1_000_000 + " " + host.index() + " " + what);
      }
    };
  }

  @Test
  void pingMeasuresTheLatency() {
    nodes.near.peerstore().addAddresses(nodes.far.peerId(), nodes.far.addresses());
    CompletableFuture<Duration> answered =
        Ping.ping(nodes.near, nodes.far.peerId(), Duration.ofSeconds(1));
    assertThat(nodes.await(answered)).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void noiseFindsThatAnotherPeerIsAtTheAddress() {
    SimulatedHost third = nodes.network.addHost();
    nodes.near.peerstore().addAddresses(third.peerId(), nodes.far.addresses());
    assertThat(reason(nodes.near.connect(third.peerId()))).isEqualTo(Unreachable.Reason.WRONG_PEER);
    assertThat(nodes.near.peerstore().addresses(third.peerId())).isEmpty();
    nodes.runMillis(100);
    assertThat(nodes.near.connectedPeers()).isEmpty();
    assertThat(nodes.far.connectedPeers()).isEmpty();
    assertThat(nodes.far.everyConnectionWith(0)).isEmpty();
  }

  @Test
  void theNextAddressIsTriedWhenAnotherPeerIsAtTheFirst() {
    SimulatedHost third = nodes.network.addHost();
    nodes
        .near
        .peerstore()
        .addAddresses(
            third.peerId(), List.of(nodes.far.addresses().get(0), third.addresses().get(0)));
    assertThat(nodes.await(nodes.near.connect(third.peerId())).remotePeer())
        .isEqualTo(third.peerId());
  }

  @Test
  void dialsFailForTheReasonsOfTheWorld() {
    Multiaddr nobody = Multiaddr.of("/ip4/10.9.9.9/tcp/4001");
    assertThat(reason(nodes.near.connect(nobody))).isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    nodes.far.close();
    assertThat(reason(nodes.near.connect(nodes.far.dialAddress())))
        .isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    nodes.near.close();
    assertThat(reason(nodes.near.connect(nodes.far.dialAddress())))
        .isEqualTo(Unreachable.Reason.CLOSED);
  }

  @Test
  void aHostThatClosesOrCrashesDuringADialLeavesNothingHalfOpen() {
    for (int atMillis = 0; atMillis < 60; atMillis += 5) {
      for (int node = 0; node < 2; node++) {
        for (boolean crashes : new boolean[] {false, true}) {
          TwoNodes fresh = TwoNodes.atByteLevel(new RecordingListener());
          CompletableFuture<Connection> dialled = fresh.near.connect(fresh.far.dialAddress());
          fresh.runMillis(atMillis);
          if (crashes) {
            fresh.network.crash(node);
          } else {
            fresh.network.host(node).close();
          }
          fresh.runMillis(1000);
          assertThat(fresh.near.connectedPeers()).isEmpty();
          assertThat(fresh.far.connectedPeers()).isEmpty();
          assertThat(fresh.near.everyConnectionWith(1)).isEmpty();
          assertThat(fresh.far.everyConnectionWith(0)).isEmpty();
          assertThat(dialled.isDone())
              .as("node %d at %d ms", node, atMillis)
              .isEqualTo(node == 1 || !crashes || atMillis >= 40);
        }
      }
    }
  }

  @Test
  void aHostThatClosesWhileItDialsSaysSo() {
    CompletableFuture<Connection> dialled = nodes.near.connect(nodes.far.dialAddress());
    nodes.runMillis(30);
    nodes.near.close();
    assertThat(reason(dialled)).isEqualTo(Unreachable.Reason.CLOSED);
  }

  @Test
  void aPeerThatNeverAnswersTheHandshakeTimesOut() {
    CompletableFuture<Connection> dialled = nodes.near.connect(nodes.far.dialAddress());
    nodes.runMillis(25);
    nodes.network.partition(0, 1);
    assertThat(reason(dialled)).isEqualTo(Unreachable.Reason.TIMED_OUT);
    assertThat(nodes.network.time().nowNanos()).isEqualTo(Duration.ofMillis(10_020).toNanos());
    nodes.runMillis(100);
    assertThat(nodes.far.everyConnectionWith(0)).isEmpty();
  }

  @Test
  void peersOfACrashedNodeLoseTheirConnectionsAfterTheLatency() {
    nodes.open(mine);
    nodes.farStream.write(text("last words"));
    nodes.runMillis(1);
    nodes.network.crash(1);
    nodes.runMillis(9);
    assertThat(String.join("", mine.events)).isEqualTo("last words");
    nodes.runMillis(1);
    assertThat(mine.events).endsWith("reset CONNECTION_CLOSED");
    assertThat(nodes.near.connectedPeers()).isEmpty();
  }

  @Test
  void aNodeThatCameBackIsDialledAgain() {
    nodes.open(mine);
    SimulatedHost before = nodes.far;
    nodes.network.crash(1);
    nodes.runMillis(1000);
    SimulatedHost after = nodes.network.restart(1);
    after.handle(TALK, stream -> nodes.heard);
    assertThat(nodes.await(nodes.connect().open(TALK, mine)).connection().remotePeer())
        .isEqualTo(before.peerId());
    assertThat(after.connectedPeers()).containsExactly(nodes.near.peerId());
  }

  @Test
  void aShortPartitionDelaysBytesAndKeepsTheirOrder() {
    Stream stream = nodes.open(mine);
    stream.write(text("a"));
    nodes.runMillis(5);
    nodes.network.partition(1, 0);
    nodes.runMillis(7);
    stream.write(text("b"));
    nodes.runMillis(1);
    nodes.network.heal(0, 1);
    stream.write(text("c"));
    nodes.runMillis(8);
    assertThat(nodes.heard.events).isEmpty();
    nodes.runMillis(20);
    assertThat(nodes.heard.events).containsExactly("a", "b", "c");
  }

  @Test
  void aLongPartitionBreaksTheConnectionAtBothEnds() {
    Stream stream = nodes.open(mine);
    CompletableFuture<Stream> opening = stream.connection().open(TALK, mine);
    nodes.network.partition(0, 1);
    stream.write(text("lost"));
    nodes.runMillis(19_999);
    assertThat(mine.events).isEmpty();
    assertThat(nodes.awaitFailure(opening))
        .isInstanceOfSatisfying(
            StreamBroken.class,
            broken -> assertThat(broken.reason()).isEqualTo(ResetReason.TIMED_OUT));
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events).containsExactly("reset CONNECTION_CLOSED");
    nodes.network.heal(0, 1);
    nodes.runMillis(1000);
    assertThat(nodes.await(nodes.near.connect(nodes.far.dialAddress()))).isNotNull();
  }

  @Test
  void aSilentConnectionIsKeptAliveAndStays() {
    List<String> lines = new ArrayList<>();
    Connection connection = nodes.connect();
    nodes.runMillis(1000);
    nodes.network.trace().printTo(lines::add);
    nodes.runMillis(120_000);
    assertThat(lines).isNotEmpty();
    assertThat(nodes.near.connectedPeers()).containsExactly(nodes.far.peerId());
    assertThat(nodes.await(connection.open(TALK, mine))).isNotNull();
  }

  @Test
  void severalStreamsTogetherHoldNoMoreThanThePipe() {
    RecordingListener slow = new RecordingListener(false);
    TwoNodes many = TwoNodes.atByteLevel(slow);
    Connection connection = many.connect();
    for (int i = 0; i < 40; i++) {
      many.await(connection.open(TALK, mine)).write(ByteBuffer.allocate(256_000));
    }
    many.runMillis(10_000);
    assertThat(slow.bytes).isEqualTo(40 * 256_000);
    assertThat(mine.events).isEmpty();
    assertThat(many.near.connectedPeers()).hasSize(1);
  }

  @Test
  void aSeedDecidesEveryByteAndEveryCut() {
    assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8)).hasSizeGreaterThan(100);
  }

  private static List<String> trace(long seed) {
    TwoNodes talking =
        new TwoNodes(
            seed, new RecordingListener(), NetworkConfig.defaults(seed).withLevel(Level.BYTES));
    List<String> lines = new ArrayList<>();
    talking.network.trace().printTo(lines::add);
    Stream stream = talking.open(new RecordingListener());
    for (int i = 0; i < 10; i++) {
      stream.write(ByteBuffer.allocate(100_000));
      talking.runMillis(50);
    }
    lines.add(talking.network.trace().hashHex());
    return lines;
  }

  private Unreachable.Reason reason(CompletableFuture<Connection> dialled) {
    Throwable failure = nodes.awaitFailure(dialled);
    assertThat(failure).isInstanceOf(Unreachable.class);
    return ((Unreachable) failure).reason();
  }
}
