package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RestartTest {
  private static final ProtocolId ECHO = new ProtocolId("/test/echo/1.0.0");

  private final TwoNodes nodes = new TwoNodes();
  private final RecordingListener mine = new RecordingListener();

  @Test
  void aNodeComesBackAsItselfWithoutAnyMemory() {
    nodes.connect();
    nodes.runMillis(100);
    nodes.network.crash(1);
    assertThat(nodes.network.isUp(1)).isFalse();
    SimulatedHost again = nodes.network.restart(1);
    assertThat(nodes.network.isUp(1)).isTrue();
    assertThat(again).isNotSameAs(nodes.far).isSameAs(nodes.network.host(1));
    assertThat(again.key()).isSameAs(nodes.far.key());
    assertThat(again.peerId()).isEqualTo(nodes.far.peerId());
    assertThat(again.index()).isEqualTo(1);
    assertThat(again.dialAddress()).isEqualTo(nodes.far.dialAddress());
    assertThat(again.peerstore().addresses(nodes.near.peerId())).isEmpty();
    assertThat(again.connectedPeers()).isEmpty();
    assertThat(nodes.network.hosts()).hasSize(2);
    assertThat(again.random("nonce").nextLong()).isNotEqualTo(nodes.far.random("nonce").nextLong());
  }

  @Test
  void laterTrafficGoesToTheNewLifeAndNoneToTheOld() {
    Stream stream = nodes.open(mine);
    stream.write(text("lost on its way"));
    nodes.network.crash(1);
    SimulatedHost again = nodes.network.restart(1);
    RecordingListener heard = new RecordingListener();
    again.handle(TALK, opened -> heard);
    nodes.runMillis(50);
    assertThat(nodes.heard.events).isEmpty();
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
    nodes.open(new RecordingListener()).write(text("hello again"));
    nodes.runMillis(50);
    assertThat(heard.events).containsExactly("hello again");
    assertThat(nodes.heard.events).isEmpty();
  }

  @Test
  void whatTheOldLifeHadArmedNeverRuns() {
    List<String> ran = new ArrayList<>();
    nodes.far.loop().arm(nodes.far.loop().nowNanos() + 1000, () -> ran.add("old"));
    nodes.network.crash(1);
    SimulatedHost again = nodes.network.restart(1);
    again.loop().arm(again.loop().nowNanos() + 1000, () -> ran.add("new"));
    nodes.runMillis(1);
    assertThat(ran).containsExactly("new");
  }

  @Test
  void aNodeThatClosedCanComeBackButOneThatIsUpCannot() {
    assertThatIllegalStateException().isThrownBy(() -> nodes.network.restart(1));
    nodes.far.close();
    nodes.runMillis(10);
    SimulatedHost again = nodes.network.restart(1);
    Connection connection = nodes.await(nodes.near.connect(again.dialAddress()));
    assertThat(connection.remotePeer()).isEqualTo(again.peerId());
  }

  @Test
  void peersHearThatItWentAndCameBack() {
    List<String> log = new ArrayList<>();
    nodes.near.addListener(
        new ConnectionListener() {
          @Override
          public void onConnected(PeerId peer) {
            log.add("connected");
          }

          @Override
          public void onDisconnected(PeerId peer) {
            log.add("disconnected");
          }

          @Override
          public void onIdentified(PeerId peer) {}
        });
    nodes.connect();
    nodes.runMillis(100);
    nodes.network.crash(1);
    nodes.runMillis(100);
    SimulatedHost again = nodes.network.restart(1);
    nodes.await(again.connect(nodes.near.dialAddress()));
    nodes.runMillis(100);
    assertThat(log).containsExactly("connected", "disconnected", "connected");
  }

  @Test
  void aDialUnderWayReachesTheNewLife() {
    CompletableFuture<Connection> dial = nodes.near.connect(nodes.far.dialAddress());
    nodes.runMillis(30);
    nodes.network.crash(1);
    SimulatedHost again = nodes.network.restart(1);
    Connection connection = nodes.await(dial);
    nodes.runMillis(100);
    assertThat(connection.remotePeer()).isEqualTo(again.peerId());
    assertThat(again.connectedPeers()).containsExactly(nodes.near.peerId());
    assertThat(nodes.far.connectedPeers()).isEmpty();
  }

  @Test
  void aDialOfTheOldLifeComesToNothing() {
    CompletableFuture<Connection> dial = nodes.near.connect(nodes.far.dialAddress());
    nodes.runMillis(30);
    nodes.network.crash(0);
    SimulatedHost again = nodes.network.restart(0);
    nodes.runMillis(1000);
    assertThat(dial).isNotDone();
    assertThat(again.connectedPeers()).isEmpty();
    assertThat(nodes.far.connectedPeers()).isEmpty();
  }

  @Test
  void clocksAndSlownessOutliveTheCrash() {
    nodes.far.clock().skew(Duration.ofMinutes(3)).drift(1000);
    nodes.far.pace().perEvent(Duration.ofMillis(7));
    nodes.runMillis(10_000);
    nodes.network.crash(1);
    SimulatedHost again = nodes.network.restart(1);
    nodes.runMillis(10_000);
    assertThat(again.loop().nowNanos()).isEqualTo(20_020_000_000L);
    assertThat(again.wallClock().instant())
        .isEqualTo(VirtualTime.EPOCH.plusSeconds(200).plusMillis(20));
    assertThat(again.clock()).isSameAs(nodes.far.clock());
    long[] ranNanos = new long[1];
    again.loop().execute(() -> ranNanos[0] = nodes.network.time().nowNanos());
    nodes.runMillis(100);
    assertThat(ranNanos[0]).isEqualTo(20_007_000_000L);
    again.loop().arm(again.loop().nowNanos() + 1_001_000_000L, () -> ranNanos[0] = -1);
    again.pace().perEvent(Duration.ZERO);
    again.clock().drift(-100_000);
    nodes.runMillis(1112);
    assertThat(ranNanos[0]).isEqualTo(20_007_000_000L);
    nodes.runMillis(1);
    assertThat(ranNanos[0]).isEqualTo(-1);
  }

  @Test
  void theNewLifeKnowsItsOwnAddress() {
    nodes.network.crash(1);
    SimulatedHost again = nodes.network.restart(1);
    assertThat(nodes.awaitFailure(again.connect(again.addresses().get(0))))
        .isInstanceOfSatisfying(
            Unreachable.class,
            failed -> assertThat(failed.reason()).isEqualTo(Unreachable.Reason.SELF_DIAL));
  }

  @Test
  void aSeedWithRestartsInsideTheRunGivesOneTrace() {
    for (long seed = 0; seed < 10; seed++) {
      assertThat(restartsWhileItRuns(seed))
          .as("seed %d", seed)
          .isEqualTo(restartsWhileItRuns(seed));
    }
    assertThat(restartsWhileItRuns(3)).isNotEqualTo(restartsWhileItRuns(4));
  }

  private static String restartsWhileItRuns(long seed) {
    SimulatedNetwork network = new SimulatedNetwork(seed);
    SplittableRandom random = new SplittableRandom(seed);
    network.addHosts(6).forEach(RestartTest::serveEcho);
    int[] answers = new int[2];
    for (int i = 0; i < 200; i++) {
      int from = random.nextInt(6);
      int to = (from + 1 + random.nextInt(5)) % 6;
      network.at(random.nextLong(20_000_000_000L), () -> ask(network, from, to, answers));
    }
    for (int i = 0; i < 20; i++) {
      int index = random.nextInt(6);
      long atNanos = random.nextLong(20_000_000_000L);
      network.at(atNanos, () -> network.crash(index));
      network.at(atNanos + random.nextLong(100_000_000L), () -> comeBack(network, index));
    }
    network.time().runFor(Duration.ofMinutes(2));
    assertThat(answers[0]).isPositive();
    assertThat(answers[1]).isPositive();
    for (int i = 0; i < 6; i++) {
      assertThat(network.isUp(i)).isTrue();
    }
    return network.trace().hashHex();
  }

  private static void serveEcho(SimulatedHost host) {
    Exchange.serve(host, ECHO, FrameCodec.bytes(), 1000, (from, request) -> request);
  }

  private static void comeBack(SimulatedNetwork network, int index) {
    if (!network.isUp(index)) {
      serveEcho(network.restart(index));
    }
  }

  private static void ask(SimulatedNetwork network, int from, int to, int[] answers) {
    SimulatedHost asking = network.host(from);
    SimulatedHost asked = network.host(to);
    asking
        .loop()
        .execute(
            () -> {
              asking.peerstore().addAddresses(asked.peerId(), asked.addresses());
              CompletableFuture<byte[]> unused =
                  Exchange.call(
                          asking,
                          asked.peerId(),
                          ECHO,
                          FrameCodec.bytes(),
                          new byte[9],
                          1000,
                          Duration.ofSeconds(9))
                      .whenComplete((answer, failure) -> answers[failure == null ? 0 : 1]++);
            });
  }

  @Test
  void dialsToANodeThatIsDownFail() {
    nodes.network.crash(1);
    assertThat(nodes.awaitFailure(nodes.near.connect(nodes.far.dialAddress())))
        .isInstanceOf(Unreachable.class);
  }
}
