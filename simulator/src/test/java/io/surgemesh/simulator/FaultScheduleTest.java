package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private final SimulatedMesh mesh = SimulatedMesh.of(1, 0, (builder, bootstrap) -> {});
  private final SimulatedNetwork network = mesh.network();
  private final List<SimulatedHost> hosts = network.addHosts(3);

  private void schedule(String plan) {
    FaultPlan.parse(plan).schedule(mesh, new FaultListener() {});
  }

  private void runSeconds(double seconds) {
    mesh.runFor(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  private boolean isCut(int from, int to) {
    return network.cuts().isCut(from, to);
  }

  @Test
  void aCutOfBothWaysEndsButForTheWayThatAnotherStillCuts() {
    schedule("cut@1s:0:1:both:2s,cut@2s:0:1:one:3s");
    runSeconds(2.5);
    assertThat(isCut(0, 1) && isCut(1, 0)).isTrue();
    runSeconds(1);
    assertThat(isCut(0, 1)).isTrue();
    assertThat(isCut(1, 0)).isFalse();
    runSeconds(2);
    assertThat(isCut(0, 1)).isFalse();
  }

  @Test
  void oneWayCutsOfAPairEndEachByItself() {
    schedule("cut@1s:0:1:one:2s,cut@1s:1:0:one:4s,cut@2s:1:0:one:1s");
    runSeconds(4);
    assertThat(isCut(0, 1)).isFalse();
    assertThat(isCut(1, 0)).isTrue();
    runSeconds(2);
    assertThat(isCut(1, 0)).isFalse();
  }

  @Test
  void whatOthersHaveCutStaysCut() {
    network.partitionOneWay(1, 0);
    schedule("cut@1s:0:1:both:2s,cut@2s:1:0:one:3s");
    runSeconds(2.5);
    assertThat(isCut(0, 1) && isCut(1, 0)).isTrue();
    runSeconds(5);
    assertThat(isCut(0, 1)).isFalse();
    assertThat(isCut(1, 0)).isTrue();
  }

  @Test
  void theWorseLossCountsAndThatOfBeforeIsBackInTheEnd() {
    network.setLossPermille(20);
    network.setNodeLossPermille(1, 40);
    schedule("loss@1s:all:10:1s,loss@3s:all:100:2s,loss@4s:all:50:2s,loss@1s:1:30:9s");
    int[] expected = {20, 20, 20, 100, 100, 50, 20, 20, 20, 20, 20};
    for (int permille : expected) {
      runSeconds(0.5);
      assertThat(network.losses().permille(0, 2)).isEqualTo(permille);
      assertThat(network.losses().permille(0, 1)).isEqualTo(Math.max(40, permille));
      runSeconds(0.5);
    }
  }

  @Test
  void theSlowerPaceCountsAndThatOfBeforeIsBackInTheEnd() {
    hosts.get(0).pace().perEvent(Duration.ofMillis(20));
    schedule("slow@1s:0:0.005s:1s,slow@3s:0:0.1s:1s,slow@3s:1:0.1s:1s");
    int[] expected = {20, 20, 20, 100, 20};
    for (int millis : expected) {
      assertThat(millisOfAnEvent(0)).isEqualTo(millis);
      assertThat(millisOfAnEvent(1)).isEqualTo(millis == 100 ? 100 : 0);
    }
  }

  /** Takes half a second. */
  private long millisOfAnEvent(int node) {
    runSeconds(0.1);
    long beginNanos = network.time().nowNanos();
    long[] ranNanos = new long[1];
    hosts.get(node).loop().execute(() -> ranNanos[0] = network.time().nowNanos());
    runSeconds(0.4);
    return Duration.ofNanos(ranNanos[0] - beginNanos).toMillis();
  }

  @Test
  void clocksThatWereWrongAreWrongAsBeforeInTheEnd() {
    NodeClock untouched = hosts.get(0).clock().drift(500).skew(Duration.ofHours(1));
    NodeClock clock = hosts.get(1).clock().drift(500).skew(Duration.ofHours(1));
    schedule("drift@1s:1:-90000:4s,drift@2s:1:300:8s,step@3s:1:-60s:4s");
    runSeconds(4);
    assertThat(millisApart(untouched, clock)).isBetween(-60_300L, -60_000L);
    runSeconds(20);
    assertThat(millisApart(untouched, clock)).isZero();
    long shownNanos = clock.nowNanos();
    runSeconds(1000);
    assertThat(millisApart(untouched, clock)).isZero();
    assertThat(clock.nowNanos() - shownNanos).isEqualTo(Duration.ofMillis(1_000_500).toNanos());
  }

  private static long millisApart(NodeClock reference, NodeClock clock) {
    return Duration.between(reference.wallNow(), clock.wallNow()).toMillis();
  }

  @Test
  void whoCouldNotBeDialledCannotBeDialledInTheEnd() {
    network.setDialable(0, false);
    schedule("hide@1s:0:2s,hide@1s:1:2s,hide@2s:1:2s");
    runSeconds(3.5);
    assertThat(network.isDialable(1)).isFalse();
    runSeconds(1);
    assertThat(network.isDialable(1)).isTrue();
    assertThat(network.isDialable(0)).isFalse();
  }

  @Test
  void faultsOfTwoPlansAtOnceTogetherLeaveNothingBehind() {
    schedule("loss@1s:all:50:2s,hide@1s:0:2s");
    schedule("loss@2s:all:30:2s,hide@2s:0:2s");
    runSeconds(3.5);
    assertThat(network.losses().permille(0, 1)).isEqualTo(30);
    assertThat(network.isDialable(0)).isFalse();
    runSeconds(1);
    assertThat(network.losses().permille(0, 1)).isZero();
    assertThat(network.isDialable(0)).isTrue();
  }
}
