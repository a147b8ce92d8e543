package io.surgemesh.vopr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.simulator.Fault;
import io.surgemesh.simulator.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntBiFunction;
import org.junit.jupiter.api.Test;

class RunnerTest {
  private final List<Failure> failures = new ArrayList<>();
  private final List<Long> seeds = new ArrayList<>();
  private int runs;

  private Runner runner(Runner.Runs runs) {
    Runner.Task task = new Runner.Task(1, 5, null, Duration.ofMinutes(1), 1, false);
    return new Runner(task, this::onRun, null, runs);
  }

  private void onRun(Outcome outcome, Optional<Failure> failure) {
    seeds.add(outcome.scenario().seed());
    failure.ifPresent(failures::add);
  }

  private static Outcome held(Scenario scenario) {
    return new Outcome(scenario, Optional.empty(), "a", 1, 1, 1, null);
  }

  @Test
  void whatARunThrowsIsAFailureOfItsSeedAndTheOthersAreRunAllTheSame() throws InterruptedException {
    Runner runner =
        runner(
            (scenario, trace, isOver) -> {
              if (scenario.seed() == 2) {
                throw new AssertionError("no such thing");
              }
              return Optional.of(held(scenario));
            });
    runner.run();
    assertThat(seeds).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(runner.report().seeds()).isEqualTo(5);
    assertThat(runner.report().failures()).isEqualTo(failures).hasSize(1);
    Failure failure = failures.get(0);
    assertThat(failure.outcome().thrown()).isInstanceOf(AssertionError.class);
    assertThat(failure.lines().get(0))
        .isEqualTo("seed 2 failed: no-bugs at 0.000000 s: java.lang.AssertionError: no such thing");
    assertThat(failure.replay()).contains("--seed 2 --plan none ");
    assertThat(failure.lines())
        .contains("  java.lang.AssertionError: no such thing")
        .anyMatch(line -> line.startsWith("    at io.surgemesh.vopr.RunnerTest."));
  }

  @Test
  void aStackIsToldWithItsCausesButNotWithoutEnd() {
    Throwable deep = new IllegalStateException("innermost");
    for (int i = 0; i < 10; i++) {
      StackTraceElement[] frames = new StackTraceElement[30];
      Arrays.fill(frames, new StackTraceElement("Some", "where", "Some.java", i));
      deep.setStackTrace(frames);
      deep = new IllegalStateException("cause " + i, deep);
    }
    List<String> lines = StackText.lines(deep);
    assertThat(lines).hasSizeLessThan(6 * 22 + 1);
    assertThat(lines).contains("caused by java.lang.IllegalStateException: cause 8");
    assertThat(lines).contains("  at Some.where(Some.java:9)", "  and 10 more");
    assertThat(lines).noneMatch(line -> line.contains("innermost"));
  }

  /** Only with the pauses of the peers 1 and 3 does each run differ from the one before. */
  @Test
  void onlyTheFaultsThatItTakesForRunsToDifferAreLeft() throws InterruptedException {
    String plan = "pause@1s:1:1s,pause@2s:2:1s,pause@3s:3:1s,pause@4s:4:1s";
    Runner runner = repeating(plan, (scenario, number) -> isPaused(scenario, 1, 3) ? number : 0);
    runner.run();
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).violation().checker()).isEqualTo("runs-repeat");
    assertThat(failures.get(0).shrunk()).hasToString("pause@1s:1:1s,pause@3s:3:1s");
  }

  @Test
  void runsThatDifferOnceAreNotShrunk() throws InterruptedException {
    String plan = "pause@1s:1:1s,pause@2s:2:1s";
    Runner runner = repeating(plan, (scenario, number) -> Math.min(number, 2));
    runner.run();
    assertThat(failures.get(0).shrunk()).hasToString(plan);
    assertThat(runs).isEqualTo(4);
  }

  /** Runs one seed twice; the hash of each run depends on how many there were. */
  private Runner repeating(String plan, ToIntBiFunction<Scenario, Integer> hash) {
    Runner.Task task = new Runner.Task(1, 1, FaultPlan.parse(plan), Duration.ofMinutes(1), 1, true);
    return new Runner(
        task,
        this::onRun,
        null,
        (scenario, trace, isOver) -> {
          String traceHash = Integer.toString(hash.applyAsInt(scenario, ++runs));
          return Optional.of(new Outcome(scenario, Optional.empty(), traceHash, 1, 1, 1, null));
        });
  }

  private static boolean isPaused(Scenario scenario, Integer... peers) {
    return scenario.plan().faults().stream()
        .map(fault -> ((Fault.Pause) fault).peer())
        .toList()
        .containsAll(List.of(peers));
  }

  @Test
  void aWatcherThatThrowsEndsItAll() {
    Runner.Task task = new Runner.Task(1, 5, null, Duration.ofMinutes(1), 2, false);
    Runner runner =
        new Runner(
            task,
            (outcome, failure) -> {
              throw new IllegalStateException("nobody listens");
            },
            null,
            (scenario, trace, isOver) -> Optional.of(held(scenario)));
    assertThatThrownBy(runner::run).hasMessageContaining("nobody listens");
  }
}
