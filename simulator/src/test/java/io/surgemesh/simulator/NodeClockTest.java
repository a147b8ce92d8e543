package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.surgemesh.host.Connection;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodeClockTest {
  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedHost host = network.addHost();
  private final VirtualTime time = network.time();
  private final Loop loop = host.loop();
  private final List<String> log = new ArrayList<>();

  @Test
  void aClockThatNobodyTouchedShowsVirtualTime() {
    time.runFor(Duration.ofSeconds(3));
    assertThat(loop.nowNanos()).isEqualTo(3_000_000_000L);
    host.clock();
    assertThat(loop.nowNanos()).isEqualTo(3_000_000_000L);
    assertThat(host.wallClock().instant()).isEqualTo(time.wallClock().instant());
  }

  @Test
  void theWallClockCanBeSetForwardAndBackAndTheMonotonicClockDoesNotMind() {
    time.runFor(Duration.ofSeconds(100));
    host.clock().skew(Duration.ofSeconds(-40));
    assertThat(host.wallClock().instant()).isEqualTo(VirtualTime.EPOCH.plusSeconds(60));
    host.clock().step(Duration.ofMinutes(5)).step(Duration.ofSeconds(-1));
    time.runFor(Duration.ofSeconds(10));
    assertThat(host.wallClock().instant()).isEqualTo(VirtualTime.EPOCH.plusSeconds(369));
    host.clock().skew(Duration.ZERO);
    assertThat(host.wallClock().instant()).isEqualTo(time.wallClock().instant());
    assertThat(loop.nowNanos()).isEqualTo(110_000_000_000L);
  }

  @Test
  void bothClocksDriftTogetherAndKeepWhatTheyGained() {
    host.clock().skew(Duration.ofSeconds(1)).drift(200);
    time.runFor(Duration.ofSeconds(1000));
    host.clock().drift(0);
    time.runFor(Duration.ofSeconds(1000));
    assertThat(loop.nowNanos()).isEqualTo(2_000_200_000_000L);
    assertThat(host.wallClock().instant()).isEqualTo(VirtualTime.EPOCH.plusMillis(2_001_200));
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    NodeClock clock = host.clock();
    assertThatIllegalArgumentException().isThrownBy(() -> clock.drift(100_001));
    assertThatIllegalArgumentException().isThrownBy(() -> clock.skew(Duration.ofDays(-3651)));
    clock.skew(Duration.ofDays(3600));
    assertThatIllegalArgumentException().isThrownBy(() -> clock.step(Duration.ofDays(51)));
  }

  @Test
  void timersFireAtTheFirstMomentThatShowsTheirDeadlineHoweverTheClockChanges() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SimulatedNetwork other = new SimulatedNetwork(seed);
      SimulatedHost node = other.addHost();
      int[] fired = new int[1];
      int timers = 50;
      for (int i = 0; i < timers; i++) {
        long deadlineNanos = random.nextLong(Duration.ofHours(1).toNanos());
        node.loop().arm(deadlineNanos, () -> fired[0] += requireOnTime(other, node, deadlineNanos));
      }
      for (int i = 0; i < 20; i++) {
        other.time().runFor(Duration.ofNanos(random.nextLong(Duration.ofMinutes(2).toNanos())));
        node.clock().drift(random.nextInt(-100_000, 100_001));
        long deadlineNanos = node.loop().nowNanos() + random.nextLong(1L << 36);
        node.loop().arm(deadlineNanos, () -> fired[0] += requireOnTime(other, node, deadlineNanos));
        timers++;
      }
      other.time().runFor(Duration.ofHours(2));
      assertThat(fired[0]).as("seed %d", seed).isEqualTo(timers);
      assertThat(other.time().eventsPending()).isZero();
    }
  }

  /** Fails unless the deadline has come at this very nanosecond. */
  private static int requireOnTime(SimulatedNetwork network, SimulatedHost node, long deadline) {
    long nowNanos = network.time().nowNanos();
    assertThat(node.loop().nowNanos()).isGreaterThanOrEqualTo(deadline);
    assertThat(Math.max(nowNanos, node.clock().virtualNanos(deadline))).isEqualTo(nowNanos);
    assertThat(node.loop().nowNanos() - deadline).isLessThanOrEqualTo(2);
    return 1;
  }

  @Test
  void aTimerOfAFastClockFiresEarlyAndOneOfASlowClockLate() {
    loop.arm(Duration.ofSeconds(100).toNanos(), () -> log.add("at " + time.nowNanos()));
    loop.arm(Machine.NEVER, () -> log.add("never"));
    host.clock().drift(100_000);
    time.runFor(Duration.ofSeconds(95));
    assertThat(log).containsExactly("at 90909090910");
    log.clear();
    host.clock().drift(-100_000);
    loop.arm(loop.nowNanos() + 90, () -> log.add("after " + (time.nowNanos() - 95_000_000_000L)));
    time.runFor(Duration.ofDays(300));
    assertThat(log).containsExactly("after 100");
  }

  @Test
  void timersOfOneDeadlineKeepTheirOrderWhenTheClockChanges() {
    for (int i = 0; i < 20; i++) {
      String name = "timer " + i;
      loop.arm(1000, () -> log.add(name));
    }
    Timer cancelled = loop.arm(1000, () -> log.add("cancelled"));
    host.clock().drift(-500);
    cancelled.cancel();
    List<String> armed = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      armed.add("timer " + i);
    }
    time.runFor(Duration.ofNanos(1000));
    assertThat(log).isEmpty();
    time.runFor(Duration.ofNanos(1));
    assertThat(log).isEqualTo(armed);
    assertThat(time.eventsPending()).isZero();
  }

  @Test
  void dialsTakeWhatTheNetworkTakesWhateverTheClockShows() {
    TwoNodes nodes = new TwoNodes();
    nodes.near.clock().drift(-100_000);
    nodes.far.clock().drift(100_000).skew(Duration.ofDays(-400));
    Connection connection = nodes.connect();
    assertThat(nodes.network.time().nowNanos()).isEqualTo(60_000_000);
    assertThat(connection.remotePeer()).isEqualTo(nodes.far.peerId());
  }

  @Test
  void aYearOfDriftIsExact() {
    host.clock().drift(300);
    time.runFor(Duration.ofDays(365));
    Instant shown = host.wallClock().instant();
    assertThat(Duration.between(time.wallClock().instant(), shown))
        .isEqualTo(Duration.ofMillis(9_460_800));
  }
}
