package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.machine.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final Loop loop = time.newLoop(7);
  private final List<String> log = new ArrayList<>();

  @Test
  void timersRunInOrderOfTheirDeadlines() {
    loop.arm(30, () -> log.add("c at " + loop.nowNanos()));
    loop.arm(10, () -> log.add("a at " + loop.nowNanos()));
    loop.arm(20, () -> log.add("b at " + loop.nowNanos()));
    time.runFor(Duration.ofNanos(25));
    assertThat(log).containsExactly("a at 10", "b at 20");
    assertThat(time.nowNanos()).isEqualTo(25);
  }

  @Test
  void timersOfOneDeadlineRunInTheOrderOfArming() {
    Loop other = time.newLoop(8);
    loop.arm(10, () -> log.add("a"));
    other.arm(10, () -> log.add("b"));
    loop.arm(10, () -> log.add("c"));
    time.runFor(Duration.ofNanos(10));
    assertThat(log).containsExactly("a", "b", "c");
  }

  @Test
  void aCancelledTimerDoesNotRunAndCancellingLaterDoesNoHarm() {
    Timer cancelled = loop.arm(10, () -> log.add("cancelled"));
    Timer kept = loop.arm(10, () -> log.add("kept"));
    cancelled.cancel();
    cancelled.cancel();
    time.runFor(Duration.ofNanos(20));
    kept.cancel();
    assertThat(log).containsExactly("kept");
    assertThat(time.eventsPending()).isZero();
  }

  @Test
  void aTimerMayCancelAnotherOfTheSameInstant() {
    List<Timer> timers = new ArrayList<>();
    loop.arm(10, () -> timers.get(0).cancel());
    timers.add(loop.arm(10, () -> log.add("too late")));
    time.runFor(Duration.ofNanos(20));
    assertThat(log).isEmpty();
  }

  @Test
  void aDeadlineInThePastRunsNowAndNeverNeverRuns() {
    time.runFor(Duration.ofSeconds(1));
    loop.arm(5, () -> log.add("now at " + loop.nowNanos()));
    loop.arm(Machine.NEVER, () -> log.add("never"));
    time.runFor(Duration.ofDays(365));
    assertThat(log).containsExactly("now at 1000000000");
  }

  @Test
  void tasksRunAfterTheCurrentOneInOrderAndWithoutTimePassing() {
    loop.execute(
        () -> {
          loop.execute(() -> log.add("second"));
          loop.execute(() -> log.add("third"));
          log.add("first");
        });
    time.runFor(Duration.ZERO);
    assertThat(log).containsExactly("first", "second", "third");
    assertThat(time.nowNanos()).isZero();
  }

  @Test
  void aLoopKnowsWhetherItRuns() {
    Loop other = time.newLoop(8);
    loop.execute(() -> log.add(loop.inLoop() + " " + other.inLoop()));
    loop.offload(() -> log.add("offloaded " + loop.inLoop()), (value, failure) -> {});
    time.runFor(Duration.ZERO);
    assertThat(log).containsExactly("true false", "offloaded false");
    assertThat(loop.inLoop()).isFalse();
  }

  @Test
  void slowWorkAnswersLaterAtTheSameInstant() {
    loop.execute(
        () -> {
          loop.offload(
              () -> "signed",
              (value, failure) -> log.add(value + " " + failure + " " + loop.inLoop()));
          log.add("asked");
        });
    time.runFor(Duration.ZERO);
    assertThat(log).containsExactly("asked", "signed null true");
  }

  @Test
  void slowWorkThatThrowsAnswersWithItsFailure() {
    loop.offload(
        () -> {
          throw new IOException("disk full");
        },
        (value, failure) -> log.add(value + " " + failure.getMessage()));
    time.runFor(Duration.ZERO);
    assertThat(log).containsExactly("null disk full");
  }

  @Test
  void aBugInATaskEndsTheRunWithTheNodeAndTheTime() {
    loop.arm(
        1500,
        () -> {
          throw new IllegalStateException("broken invariant");
        });
    assertThatExceptionOfType(SimulationFailure.class)
        .isThrownBy(() -> time.runFor(Duration.ofSeconds(1)))
        .satisfies(
            failure -> {
              assertThat(failure.node()).isEqualTo(7);
              assertThat(failure.nowNanos()).isEqualTo(1500);
            })
        .withMessageContaining("node 7 at 1500 ns")
        .withMessageContaining("broken invariant")
        .withCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(time::step).isInstanceOf(SimulationFailure.class);
  }

  @Test
  void aBugThatADriverCaughtEndsTheRunAfterItsEvent() {
    Machine<String> machine =
        new Machine<>() {
          @Override
          public @Nullable String poll() {
            throw new IllegalStateException("broken machine");
          }

          @Override
          public long deadlineNanos() {
            return NEVER;
          }

          @Override
          public void onTimeout(long nowNanos) {}
        };
    MachineDriver<Machine<String>, String> driver =
        new MachineDriver<>(loop, machine, log::add, bug -> log.add("caught"));
    loop.arm(900, () -> driver.input(Machine::onTimeout));
    assertThatExceptionOfType(SimulationFailure.class)
        .isThrownBy(() -> time.runFor(Duration.ofSeconds(1)))
        .satisfies(failure -> assertThat(failure.nowNanos()).isEqualTo(900))
        .withMessageContaining("broken machine");
    assertThat(log).containsExactly("caught");
  }

  @Test
  void runningUntilStopsAtTheEventThatMakesItSo() {
    for (int i = 1; i <= 5; i++) {
      loop.arm(i * 100L, () -> log.add("tick"));
    }
    assertThat(time.runUntil(() -> log.size() == 3, Duration.ofSeconds(1))).isTrue();
    assertThat(time.nowNanos()).isEqualTo(300);
    assertThat(time.runUntil(() -> log.size() == 9, Duration.ofSeconds(1))).isFalse();
    assertThat(time.nowNanos()).isEqualTo(1_000_000_300L);
  }

  @Test
  void steppingRunsOneEvent() {
    loop.arm(100, () -> log.add("a"));
    loop.arm(200, () -> log.add("b"));
    assertThat(time.step()).isTrue();
    assertThat(log).containsExactly("a");
    assertThat(time.step()).isTrue();
    assertThat(time.step()).isFalse();
    assertThat(time.eventsRun()).isEqualTo(2);
  }

  @Test
  void anEventMustNotRunTheSimulation() {
    loop.execute(time::step);
    assertThatThrownBy(() -> time.runFor(Duration.ZERO))
        .isInstanceOf(SimulationFailure.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEndlessLoopAtOneInstantIsReported() {
    Runnable[] again = new Runnable[1];
    again[0] = () -> loop.execute(again[0]);
    loop.execute(again[0]);
    assertThatThrownBy(() -> time.runFor(Duration.ofSeconds(1)))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("without time passing");
  }

  @Test
  void wallClockTimePassesWithVirtualTime() {
    var clock = time.wallClock();
    assertThat(clock.instant()).isEqualTo("2026-01-01T00:00:00Z");
    time.runFor(Duration.ofHours(25));
    assertThat(clock.instant()).isEqualTo("2026-01-02T01:00:00Z");
  }
}
