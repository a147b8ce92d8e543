package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private final SimulatedMesh mesh = SimulatedMesh.of(1, 0, (builder, bootstrap) -> {});
  private final SimulatedNetwork network = mesh.network();
  @BeforeEach
  void addHosts() {
    network.addHosts(3);
  }

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
}
