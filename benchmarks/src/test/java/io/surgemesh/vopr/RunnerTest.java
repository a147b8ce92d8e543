package io.surgemesh.vopr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunnerTest {
  private final List<Failure> failures = new ArrayList<>();
  private final List<Long> seeds = new ArrayList<>();

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
