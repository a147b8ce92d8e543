package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodePaceTest {
  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedHost host = network.addHost();
  private final VirtualTime time = network.time();
  private final Loop loop = host.loop();
  private final List<String> log = new ArrayList<>();

  private void note(String what) {
    assertThat(loop.inLoop()).isTrue();
    log.add(what + " at " + time.nowNanos());
  }

  @Test
  void eachEventOfASlowNodeTakesItsTimeAndOthersWaitInOrder() {
    host.pace().perEvent(Duration.ofNanos(100));
    loop.arm(10, () -> note("a"));
    loop.arm(20, () -> note("b"));
    loop.arm(20, () -> loop.execute(() -> note("d")));
    loop.arm(900, () -> note("e"));
    time.runFor(Duration.ofNanos(2000));
    assertThat(log).containsExactly("a at 110", "b at 210", "d at 410", "e at 1000");
  }

  @Test
  void aNodeBecomesSlowAndFastAgainWhileItRuns() {
    loop.arm(10, () -> note("fast"));
    loop.arm(20, () -> host.pace().perEvent(Duration.ofNanos(100)));
    loop.arm(30, () -> note("slow"));
    loop.arm(40, () -> host.pace().perEvent(Duration.ZERO));
    loop.arm(50, () -> note("behind"));
    loop.arm(300, () -> note("fast again"));
    time.runFor(Duration.ofNanos(1000));
    assertThat(log)
        .containsExactly("fast at 10", "slow at 130", "behind at 230", "fast again at 300");
  }

  @Test
  void nothingRunsOnANodeThatPauses() {
    loop.arm(10, () -> host.pace().pause(Duration.ofNanos(500)));
    loop.arm(20, () -> note("a"));
    loop.arm(30, () -> host.pace().pause(Duration.ofNanos(5)));
    loop.arm(40, () -> note("b"));
    loop.arm(600, () -> note("c"));
    time.runFor(Duration.ofNanos(1000));
    assertThat(log).containsExactly("a at 510", "b at 515", "c at 600");
  }

  @Test
  void clocksGoOnInAPauseAndTheMonotonicClockStandsInASuspension() {
    time.runFor(Duration.ofSeconds(1));
    loop.arm(Duration.ofSeconds(3).toNanos(), () -> note("timer"));
    host.pace().suspend(Duration.ofHours(1));
    time.runFor(Duration.ofMinutes(30));
    assertThat(loop.nowNanos()).isEqualTo(1_000_000_000L);
    time.runFor(Duration.ofMinutes(30));
    assertThat(log).isEmpty();
    assertThat(host.wallClock().instant()).isEqualTo(time.wallClock().instant());
    time.runFor(Duration.ofSeconds(5));
    assertThat(log).containsExactly("timer at 3603000000000");
    host.pace().pause(Duration.ofHours(1));
    time.runFor(Duration.ofHours(1));
    assertThat(loop.nowNanos()).isEqualTo(time.nowNanos() - Duration.ofHours(1).toNanos());
  }

  @Test
  void aClockThatDriftsInASuspensionStillStands() {
    host.pace().suspend(Duration.ofSeconds(10));
    time.runFor(Duration.ofSeconds(4));
    host.clock().drift(100_000);
    time.runFor(Duration.ofSeconds(6));
    assertThat(loop.nowNanos()).isZero();
    time.runFor(Duration.ofSeconds(10));
    assertThat(loop.nowNanos()).isEqualTo(11_000_000_000L);
  }

  @Test
  void timersCancelledWhileTheyWaitDoNotRunAndTheCountOfEventsHolds() {
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SimulatedNetwork other = new SimulatedNetwork(seed);
      SimulatedHost node = other.addHost();
      List<Timer> timers = new ArrayList<>();
      List<Integer> cancelled = new ArrayList<>();
      List<Integer> ran = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int number = i;
        timers.add(node.loop().arm(random.nextLong(1000), () -> ran.add(number)));
      }
      node.pace().perEvent(Duration.ofNanos(random.nextInt(40)));
      for (int step = 0; step < 60; step++) {
        other.time().runFor(Duration.ofNanos(random.nextInt(60)));
        int number = random.nextInt(timers.size());
        if (!ran.contains(number) && !cancelled.contains(number)) {
          timers.get(number).cancel();
          cancelled.add(number);
        }
        if (random.nextInt(10) == 0) {
          node.pace().pause(Duration.ofNanos(random.nextInt(100)));
        }
      }
      other.time().runFor(Duration.ofSeconds(1));
      assertThat(ran).as("seed %d", seed).doesNotContainAnyElementsOf(cancelled);
      assertThat(ran.size() + cancelled.size()).isEqualTo(timers.size());
      assertThat(other.time().eventsPending()).isZero();
    }
  }

  @Test
  void aSlowPeerAnswersLate() {
    TwoNodes nodes = new TwoNodes();
    nodes.connect();
    nodes.runMillis(100);
    nodes.far.pace().perEvent(Duration.ofMillis(50));
    long startNanos = nodes.network.time().nowNanos();
    nodes.open(new RecordingListener());
    assertThat(nodes.network.time().nowNanos() - startNanos)
        .isEqualTo(Duration.ofMillis(10 + 50 + 10).toNanos());
  }

  @Test
  void aNodeThatStopsForeverDoesNotEndTheRun() {
    host.pace().pause(Duration.ofDays(3650));
    loop.execute(() -> note("never"));
    time.runFor(Duration.ofHours(1));
    network.crash(0);
    time.runFor(Duration.ofDays(3651));
    assertThat(log).isEmpty();
  }

  @Test
  void negativeDurationsAreRefused() {
    NodePace pace = host.pace();
    assertThatIllegalArgumentException().isThrownBy(() -> pace.perEvent(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> pace.pause(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> pace.suspend(Duration.ofNanos(-1)));
  }
}
