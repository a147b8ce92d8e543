package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private final TwoNodes nodes = new TwoNodes();
  private final RecordingListener mine = new RecordingListener();

  @Test
  void aOneWayPartitionStopsOneDirectionOnly() {
    Stream stream = nodes.open(mine);
    nodes.network.partitionOneWay(0, 1);
    stream.write(text("unheard"));
    nodes.farStream.write(text("heard"));
    nodes.runMillis(5000);
    assertThat(mine.events).containsExactly("heard");
    assertThat(nodes.heard.events).isEmpty();
    nodes.network.heal(1, 0);
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly("unheard");
  }

  @Test
  void aWriterWhomNobodyAcknowledgesStopsAtItsWindow() {
    nodes.open(mine);
    nodes.network.partitionOneWay(0, 1);
    int windowBytes = nodes.network.config().windowBytes();
    nodes.farStream.write(ByteBuffer.allocate(2 * windowBytes));
    nodes.runMillis(5000);
    assertThat(mine.bytes).isEqualTo(windowBytes);
    nodes.network.heal(0, 1);
    nodes.runMillis(1000);
    assertThat(mine.bytes).isEqualTo(2L * windowBytes);
  }

  @Test
  void aLongOneWayPartitionBreaksTheConnectionAtBothEnds() {
    nodes.open(mine);
    nodes.network.partitionOneWay(1, 0);
    nodes.runMillis(19_999);
    assertThat(mine.events).isEmpty();
    assertThat(nodes.heard.events).isEmpty();
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events).containsExactly("reset CONNECTION_CLOSED");
  }

  /** Its first packet is sent again after 1, 3 and 7 s, as kernels do. */
  @Test
  void aDialOutlivesAPartitionThatHealsInTime() {
    nodes.network.partition(0, 1);
    CompletableFuture<Connection> dial = nodes.near.connect(nodes.far.dialAddress());
    nodes.runMillis(3500);
    nodes.network.heal(0, 1);
    nodes.runMillis(3400);
    assertThat(dial).isNotDone();
    nodes.runMillis(1000);
    assertThat(dial).isCompleted();
  }

  @Test
  void dialsTimeOutInBothDirectionsOfAOneWayPartition() {
    nodes.network.partitionOneWay(0, 1);
    assertThat(timesOut(nodes.near.connect(nodes.far.dialAddress()))).isTrue();
    assertThat(timesOut(nodes.far.connect(nodes.near.dialAddress()))).isTrue();
    nodes.network.healAll();
    assertThat(nodes.connect().isOutbound()).isTrue();
  }

  @Test
  void aSecondPartitionOfAPairAddsTheDirectionThatWasOpen() {
    Stream stream = nodes.open(mine);
    nodes.network.partitionOneWay(0, 1);
    nodes.network.partition(1, 0);
    stream.write(text("there"));
    nodes.farStream.write(text("back"));
    nodes.runMillis(5000);
    assertThat(mine.events).isEmpty();
    assertThat(nodes.heard.events).isEmpty();
    nodes.network.heal(0, 1);
    nodes.runMillis(10);
    assertThat(mine.events).containsExactly("back");
    assertThat(nodes.heard.events).containsExactly("there");
  }

  @Test
  void onlyTheDirectionThatHealsGoesOnAndTheOtherBreaksTheConnectionInTime() {
    Stream stream = nodes.open(mine);
    nodes.network.partition(0, 1);
    stream.write(text("there"));
    nodes.farStream.write(text("back"));
    nodes.runMillis(5000);
    nodes.network.cuts().healOneWay(1, 0);
    nodes.network.cuts().healOneWay(1, 0);
    nodes.runMillis(10);
    assertThat(mine.events).containsExactly("back");
    nodes.runMillis(14_989);
    assertThat(nodes.heard.events).isEmpty();
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("back", "reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events).containsExactly("reset CONNECTION_CLOSED");
  }

  @Test
  void directionsThatHealOneAfterTheOtherBreakNoConnection() {
    Stream stream = nodes.open(mine);
    nodes.network.partition(0, 1);
    stream.write(text("there"));
    nodes.runMillis(5000);
    nodes.network.cuts().healOneWay(1, 0);
    nodes.runMillis(5000);
    nodes.network.cuts().healOneWay(0, 1);
    nodes.runMillis(60_000);
    assertThat(nodes.heard.events).containsExactly("there");
    assertThat(nodes.near.connectedPeers()).hasSize(1);
  }

  @Test
  void aNetworkOfAThousandSplitsInHalvesAndBreaksNoConnectionWithinAHalf() {
    SimulatedNetwork network = nodes.network;
    List<SimulatedHost> hosts = new ArrayList<>(List.of(nodes.near, nodes.far));
    hosts.addAll(network.addHosts(998));
    List<CompletableFuture<Connection>> dials = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      dials.add(hosts.get(i).connect(hosts.get((i + 1) % 1000).dialAddress()));
    }
    network.time().runFor(Duration.ofSeconds(1));
    assertThat(dials).allMatch(dial -> dial.join() != null);

    Partition split = network.partition(IntStream.range(0, 500).boxed().toList());
    assertThat(split.isHealed()).isFalse();
    network.time().runFor(Duration.ofSeconds(21));
    for (int i = 0; i < 1000; i++) {
      boolean atTheSeam = i == 0 || i == 499 || i == 500 || i == 999;
      assertThat(hosts.get(i).connectedPeers()).as("%d", i).hasSize(atTheSeam ? 1 : 2);
    }
    assertThat(timesOut(hosts.get(0).connect(hosts.get(999).dialAddress()))).isTrue();
    SimulatedHost late = network.addHost();
    assertThat(timesOut(hosts.get(0).connect(late.dialAddress()))).isTrue();
    assertThat(nodes.await(hosts.get(999).connect(late.dialAddress()))).isNotNull();
    split.heal();
    assertThat(nodes.await(hosts.get(0).connect(hosts.get(999).dialAddress()))).isNotNull();
    assertThat(split.isHealed()).isTrue();
  }

  @Test
  void splitsAddUpAndHealOneByOne() {
    Stream stream = nodes.open(mine);
    Partition mute = nodes.network.partitionOneWay(List.of(0));
    Partition apart = nodes.network.partition(List.of(1));
    nodes.network.partition(0, 1);
    stream.write(text("there"));
    nodes.farStream.write(text("back"));
    nodes.runMillis(1000);
    nodes.network.heal(0, 1);
    nodes.runMillis(1000);
    apart.heal();
    nodes.runMillis(1000);
    assertThat(mine.events).containsExactly("back");
    assertThat(nodes.heard.events).isEmpty();
    mute.heal();
    mute.heal();
    nodes.runMillis(1000);
    assertThat(nodes.heard.events).containsExactly("there");
  }

  @Test
  void healingAllEndsPairsAndSplits() {
    Stream stream = nodes.open(mine);
    nodes.network.partition(0, 1);
    Partition split = nodes.network.partition(List.of(0));
    stream.write(text("there"));
    nodes.runMillis(1000);
    nodes.network.healAll();
    Partition other = nodes.network.partition(List.of());
    split.heal();
    assertThat(other.isHealed()).isFalse();
    nodes.runMillis(1000);
    assertThat(nodes.heard.events).containsExactly("there");
    nodes.runMillis(60_000);
    assertThat(nodes.near.connectedPeers()).hasSize(1);
    assertThat(nodes.await(stream.connection().open(TALK, mine))).isNotNull();
  }

  @Test
  void partitionsOfNodesThatAreNotThereAreRefused() {
    SimulatedNetwork network = nodes.network;
    assertThatThrownBy(() -> network.partition(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> network.partition(List.of(0, 2)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(nodes.connect()).isNotNull();
    for (int i = 0; i < Cuts.SPLITS_MAX; i++) {
      network.partition(List.of());
    }
    assertThatThrownBy(() -> network.partition(List.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  private boolean timesOut(CompletableFuture<Connection> dial) {
    return nodes.awaitFailure(dial) instanceof Unreachable failed
        && failed.reason() == Unreachable.Reason.TIMED_OUT;
  }
}
