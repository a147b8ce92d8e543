package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {
  private static final Duration DURATION = Duration.ofMinutes(2);
  private static final int PEERS = 9;

  private static FaultPlan drawn(long seed) {
    return FaultPlan.drawn(seed, PEERS, DURATION, FaultMix.everything());
  }

  @Test
  void everyKindOfFaultReadsBackFromItsText() {
    FaultPlan plan =
        FaultPlan.of(
            List.of(
                new Fault.Crash(Duration.ofMillis(12_500), 3, DiskFate.TORN, Duration.ofSeconds(8)),
                new Fault.Churning(
                    Duration.ofSeconds(13),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    SessionLength.HEAVY_TAILED,
                    Duration.ofSeconds(1)),
                new Fault.Split(
                    Duration.ofSeconds(14), List.of(0, 1), Fault.Way.ONE, Duration.ofMillis(1)),
                new Fault.Cut(
                    Duration.ofMillis(14_500), 0, 1, Fault.Way.BOTH, Duration.ofMillis(10)),
                new Fault.Clog(Duration.ofSeconds(15), 1, 2, Duration.ofSeconds(1)),
                new Fault.Loss(Duration.ofSeconds(16), Fault.EVERYBODY, 300, Duration.ofSeconds(1)),
                new Fault.Slow(
                    Duration.ofSeconds(17), 5, Duration.ofMillis(20), Duration.ofSeconds(1)),
                new Fault.Pause(Duration.ofSeconds(18), 5, Duration.ofSeconds(1)),
                new Fault.Sleep(Duration.ofSeconds(18), 6, Duration.ofSeconds(1)),
                new Fault.Hide(Duration.ofSeconds(18), 7, Duration.ofSeconds(1)),
                new Fault.Drift(Duration.ofSeconds(19), 5, -500, Duration.ofSeconds(1)),
                new Fault.Step(
                    Duration.ofSeconds(20), 5, Duration.ofMillis(-2500), Duration.ofSeconds(1))));
    assertThat(plan)
        .hasToString(
            "crash@12.5s:3:torn:8s,churn@13s:60s:5s:heavy-tailed:1s,split@14s:0.1:one:0.001s,cut@14.5s:0:1:both:0.01s,clog@15s:1:2:1s,"
                + "loss@16s:all:300:1s,slow@17s:5:0.02s:1s,pause@18s:5:1s,sleep@18s:6:1s,hide@18s:7:1s,drift@19s:5:-500:1s,"
                + "step@20s:5:-2.5s:1s");
    assertThat(FaultPlan.parse(plan.toString())).isEqualTo(plan);
    assertThat(plan.end()).isEqualTo(Duration.ofSeconds(21));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aDrawnPlanReadsBackFromItsText(long seed) {
    FaultPlan plan = drawn(seed);
    assertThat(plan.size()).isGreaterThan(20);
    assertThat(FaultPlan.parse(plan.toString())).isEqualTo(plan);
    assertThat(plan.toString()).matches("[a-z0-9@:.,-]+");
  }

  @Test
  void thePlanOfNothingReadsBackToo() {
    assertThat(FaultPlan.none()).hasToString("none");
    assertThat(FaultPlan.parse("none")).isEqualTo(FaultPlan.none());
    assertThat(FaultPlan.parse("")).isEqualTo(FaultPlan.none());
    assertThat(FaultPlan.none().end()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "crash",
        "crash@1s",
        "crash@1s:1:kept:1s:1s",
        "crash@1:1:kept:1s",
        "crash@-1s:1:kept:1s",
        "crash@1s:-1:kept:1s",
        "crash@1s:1:burnt:1s",
        "crash@1s:1:kept:0s",
        "loss@1s:2:301:1s",
        "churn@1s:60s:5s:short:1s",
        "split@1s::both:1s",
        "clog@1.0001s:1:2:1s",
        "flood@1s:1",
        "clog@1s:1:2:1s,,"
      })
  void whatIsNoPlanIsRefusedByName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultPlan.parse(text))
        .withMessageContaining("not a fault");
  }

  @Test
  void oneSeedDrawsOnePlanAndAnotherSeedAnother() {
    assertThat(drawn(1)).isEqualTo(drawn(1));
    assertThat(drawn(2)).isNotEqualTo(drawn(1));
  }

  @Test
  void drawnFaultsAreOfEveryKindOfPeersThatExistAndOverInTime() {
    Set<String> kinds = new TreeSet<>();
    Set<SessionLength> sessions = new TreeSet<>();
    for (long seed = 0; seed < 20; seed++) {
      FaultPlan plan = drawn(seed);
      assertThat(plan.end()).isLessThanOrEqualTo(DURATION);
      assertThat(plan.faults()).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
      for (Fault fault : plan.faults()) {
        kinds.add(fault.kind());
        if (fault instanceof Fault.Churning churning) {
          sessions.add(churning.sessions());
        } else if (fault instanceof Fault.Split split) {
          assertThat(split.side()).isNotEmpty().allMatch(peer -> peer < PEERS);
        } else if (fault instanceof Fault.Clog clog) {
          assertThat(clog.from()).isBetween(0, PEERS - 1).isNotEqualTo(clog.to());
        }
      }
    }
    assertThat(kinds)
        .containsExactly(
            "churn", "clog", "crash", "cut", "drift", "hide", "loss", "pause", "sleep", "slow",
            "split", "step");
    assertThat(sessions).containsExactly(SessionLength.values());
  }

  @Test
  void aMixOfNothingDrawsNothing() {
    assertThat(FaultPlan.drawn(7, 2, DURATION, FaultMix.none())).isEqualTo(FaultPlan.none());
  }

  @Test
  void aPlanCanLoseOneFault() {
    FaultPlan plan = FaultPlan.parse("pause@1s:1:1s,pause@2s:2:1s,pause@3s:3:1s");
    assertThat(plan.without(1)).hasToString("pause@1s:1:1s,pause@3s:3:1s");
    assertThat(plan.size()).isEqualTo(3);
  }
}
