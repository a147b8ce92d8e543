package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.ResetReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private final TwoNodes nodes = new TwoNodes();
  private final RecordingListener mine = new RecordingListener();

  @Test
  void peersOfACrashedNodeLoseTheirConnectionsAfterTheLatency() {
    Stream stream = nodes.open(mine);
    nodes.farStream.write(text("last words"));
    nodes.network.crash(1);
    nodes.runMillis(9);
    assertThat(mine.events).isEmpty();
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("last words", "reset CONNECTION_CLOSED");
    assertThat(nodes.near.connectedPeers()).isEmpty();
    stream.write(text("ignored"));
    assertThat(nodes.awaitFailure(nodes.near.connect(nodes.far.dialAddress())))
        .isInstanceOf(Unreachable.class);
  }

  @Test
  void aCrashedNodeRunsNothingMore() {
    nodes.open(mine).write(text("too late"));
    nodes.far.loop().execute(() -> nodes.heard.events.add("task"));
    nodes.far.loop().arm(5, () -> nodes.heard.events.add("timer"));
    nodes.network.crash(1);
    nodes.far.loop().execute(() -> nodes.heard.events.add("later task"));
    nodes.far.close();
    nodes.farStream.write(text("ignored"));
    nodes.runMillis(1000);
    assertThat(nodes.heard.events).isEmpty();
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
  }

  @Test
  void aNodeThatCrashesDuringADialLeavesNothingHalfOpen() {
    for (int crashAtMillis = 0; crashAtMillis < 70; crashAtMillis += 5) {
      for (int crashing = 0; crashing < 2; crashing++) {
        TwoNodes fresh = new TwoNodes();
        CompletableFuture<Connection> dialled = fresh.near.connect(fresh.far.dialAddress());
        fresh.runMillis(crashAtMillis);
        fresh.network.crash(crashing);
        fresh.runMillis(1000);
        assertThat(fresh.near.connectedPeers()).isEmpty();
        assertThat(fresh.far.connectedPeers()).isEmpty();
        assertThat(dialled.isDone()).isEqualTo(crashing == 1 || crashAtMillis >= 60);
      }
    }
  }

  @Test
  void aShortPartitionDelaysFramesAndKeepsTheirOrder() {
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
    nodes.network.partition(0, 1);
    stream.write(text("lost"));
    nodes.runMillis(19_999);
    assertThat(mine.events).isEmpty();
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events).containsExactly("reset CONNECTION_CLOSED");
    nodes.network.heal(0, 1);
    nodes.runMillis(1000);
    assertThat(nodes.heard.events).hasSize(1);
    assertThat(nodes.await(nodes.near.connect(nodes.far.dialAddress()))).isNotNull();
  }

  @Test
  void aConnectionClosedInAPartitionClosesAtThePeerOnceHealed() {
    Connection connection = nodes.connect();
    nodes.network.partition(0, 1);
    connection.close();
    nodes.runMillis(5000);
    assertThat(nodes.far.connectedPeers()).containsExactly(nodes.near.peerId());
    nodes.network.heal(0, 1);
    nodes.runMillis(10);
    assertThat(nodes.far.connectedPeers()).isEmpty();
  }

  @Test
  void dialsAndNegotiationsAcrossAPartitionTimeOut() {
    Connection connection = nodes.connect();
    nodes.network.partition(0, 1);
    Throwable negotiation = nodes.awaitFailure(connection.open(TALK, mine));
    assertThat(negotiation)
        .isInstanceOfSatisfying(
            StreamBroken.class,
            broken -> assertThat(broken.reason()).isEqualTo(ResetReason.TIMED_OUT));

    SimulatedHost third = nodes.network.addHost();
    nodes.network.partition(2, 1);
    long startNanos = nodes.network.time().nowNanos();
    Throwable dial = nodes.awaitFailure(third.connect(nodes.far.dialAddress()));
    assertThat(dial)
        .isInstanceOfSatisfying(
            Unreachable.class,
            failed -> assertThat(failed.reason()).isEqualTo(Unreachable.Reason.TIMED_OUT));
    assertThat(nodes.network.time().nowNanos() - startNanos)
        .isEqualTo(Duration.ofSeconds(10).toNanos());
  }

  @Test
  void aNodeThatCannotBeDialledDialsAndIsNotDialled() {
    nodes.network.setDialable(0, false);
    Throwable dial = nodes.awaitFailure(nodes.far.connect(nodes.near.dialAddress()));
    assertThat(dial)
        .isInstanceOfSatisfying(
            Unreachable.class,
            failed -> assertThat(failed.reason()).isEqualTo(Unreachable.Reason.TIMED_OUT));
    assertThat(nodes.network.time().nowNanos()).isEqualTo(Duration.ofSeconds(10).toNanos());

    Stream stream = nodes.open(mine);
    nodes.network.setDialable(1, false);
    stream.write(text("still connected"));
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly("still connected");
    nodes.near.disconnect(nodes.far.peerId());
    nodes.network.setDialable(0, true);
    assertThat(nodes.await(nodes.far.connect(nodes.near.dialAddress()))).isNotNull();
  }
}
