package io.surgemesh.vopr;

import io.surgemesh.simulator.FaultPlan;
import io.surgemesh.simulator.Shrinker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs seeds one after the other on several threads, each run on one. */
final class Runner {
  /** Shrinking is for people who wait for it. */
  private static final int SHRINK_TRIES_MAX = 120;

  private static final long SHRINK_NANOS_MAX = Duration.ofMinutes(2).toNanos();

  /** One seed in so many is run twice, to see that both runs are alike. */
  private static final int REPEAT_EVERY = 16;

  private static final String RUNS_REPEAT = "runs-repeat";

  /** Told of each run, on the thread that ran it. */
  interface Watcher {
    void onRun(Outcome outcome, Optional<Failure> failure);
  }

  /** Runs one scenario. */
  @FunctionalInterface
  interface Runs {
    /**
     * Runs it to its end.
     *
     * @param trace takes a line for whatever happens; null for none
     * @param isOver asked now and then whether to drop the run
     * @return how it went; empty when it was dropped
     */
    Optional<Outcome> run(
        Scenario scenario, @Nullable Consumer<? super String> trace, BooleanSupplier isOver);
  }

  /**
   * What to run.
   *
   * @param first the first seed
   * @param seeds how many
   * @param plan to be used instead of the drawn ones; null for those
   * @param wallLimit after which no further seed is begun, and what runs is dropped
   * @param threads how many seeds at a time
   * @param repeatsAll whether every seed is run twice
   */
  record Task(
      long first,
      long seeds,
      @Nullable FaultPlan plan,
      Duration wallLimit,
      int threads,
      boolean repeatsAll) {}

  private final Task task;
  private final Watcher watcher;
  private final @Nullable Consumer<? super String> trace;
  private final Runs runs;
  private final Report report = new Report();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final long endNanos;

  /**
   * Prepares it.
   *
   * @param trace takes a line for whatever happens in the first run; null for none
   */
  Runner(Task task, Watcher watcher, @Nullable Consumer<? super String> trace) {
    this(task, watcher, trace, underBugLog());
  }

  /** Prepares it to run scenarios in another way. */
  Runner(Task task, Watcher watcher, @Nullable Consumer<? super String> trace, Runs runs) {
    this.task = task;
    this.watcher = watcher;
    this.trace = trace;
    this.runs = runs;
    this.endNanos = System.nanoTime() + task.wallLimit().toNanos();
  }

  private static Runs underBugLog() {
    BugLog bugs = BugLog.install();
    return (scenario, trace, isOver) -> new Run(scenario, bugs, isOver).run(trace);
  }

  /** Begins no further seed and drops what runs; from any thread. */
  void stop() {
    stopped.set(true);
  }

  Report report() {
    return report;
  }

  /**
   * Runs it all; returns when the last thread has ended.
   *
   * @throws IllegalStateException when a thread could not go on, for want of memory or of somebody
   *     who takes what it tells
   */
  void run() throws InterruptedException {
    AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < task.threads(); i++) {
      Thread thread = new Thread(this::work, "vopr-" + i);
      thread.setUncaughtExceptionHandler(
          (dead, thrown) -> {
            ended.compareAndSet(null, thrown);
            stop();
          });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable thrown = ended.get();
    if (thrown != null) {
      throw new IllegalStateException("not every seed was run: " + thrown, thrown);
    }
  }

  private void work() {
    while (!isOver()) {
      long number = taken.getAndIncrement();
      if (number >= task.seeds()) {
        return;
      }
      Optional<Outcome> done = run(task.first() + number);
      if (done.isPresent()) {
        onRun(done.get());
      }
    }
  }

  private Optional<Outcome> run(long seed) {
    Scenario scenario;
    try {
      Scenario drawn = Scenario.drawn(seed);
      scenario = task.plan() == null ? drawn : drawn.withPlan(task.plan());
    } catch (Throwable thrown) {
      return Optional.of(Outcome.ofThrown(Scenario.undrawn(seed), thrown));
    }
    return run(scenario, trace, this::isOver);
  }

  private boolean isOver() {
    return stopped.get() || System.nanoTime() - endNanos >= 0;
  }

  private void onRun(Outcome outcome) {
    report.add(outcome);
    Optional<Violation> violation = outcome.violation();
    if (violation.isEmpty() && repeats(outcome.scenario().seed())) {
      violation = repeat(outcome);
    }
    Optional<Failure> failure = violation.map(wrong -> failure(outcome, wrong));
    failure.ifPresent(report::add);
    watcher.onRun(outcome, failure);
  }

  private Failure failure(Outcome outcome, Violation violation) {
    FaultPlan shrunk = shrink(outcome, violation);
    boolean asDrawn = task.plan() == null && shrunk.equals(outcome.scenario().plan());
    return new Failure(outcome, violation, shrunk, asDrawn);
  }

  private boolean repeats(long seed) {
    return task.repeatsAll() || Math.floorMod(seed, REPEAT_EVERY) == 0;
  }

  private Optional<Violation> repeat(Outcome outcome) {
    Optional<Outcome> again = run(outcome.scenario(), null, this::isOver);
    if (again.isEmpty()) {
      return Optional.empty();
    }
    report.addRepeated();
    return again.get().traceHash().equals(outcome.traceHash())
        ? Optional.empty()
        : Optional.of(
            new Violation(
                RUNS_REPEAT,
                outcome.virtualNanos(),
                "traces " + outcome.traceHash() + " and " + again.get().traceHash()));
  }

  private FaultPlan shrink(Outcome outcome, Violation violation) {
    long shrinkEndNanos = System.nanoTime() + SHRINK_NANOS_MAX;
    Scenario scenario = outcome.scenario();
    boolean ofPairs = violation.checker().equals(RUNS_REPEAT);
    if (ofPairs && !differs(scenario)) {
      // It does not each time, so a plan with which it does not would tell nothing.
      return scenario.plan();
    }
    return Shrinker.shrink(
        scenario.plan(),
        plan -> {
          if (stopped.get() || System.nanoTime() - shrinkEndNanos >= 0) {
            return false;
          }
          Scenario other = scenario.withPlan(plan);
          return ofPairs ? differs(other) : fails(other, violation.checker());
        },
        SHRINK_TRIES_MAX);
  }

  /** Runs a scenario twice and returns whether the two are unlike. */
  private boolean differs(Scenario scenario) {
    Optional<Outcome> one = run(scenario, null, stopped::get);
    Optional<Outcome> other = run(scenario, null, stopped::get);
    return one.isPresent()
        && other.isPresent()
        && !one.get().traceHash().equals(other.get().traceHash());
  }

  private boolean fails(Scenario scenario, String checker) {
    return run(scenario, null, stopped::get)
        .flatMap(Outcome::violation)
        .filter(found -> found.checker().equals(checker))
        .isPresent();
  }

  private Optional<Outcome> run(
      Scenario scenario, @Nullable Consumer<? super String> lines, BooleanSupplier isOver) {
    try {
      return runs.run(scenario, lines, isOver);
    } catch (Throwable thrown) {
      return Optional.of(Outcome.ofThrown(scenario, thrown));
    }
  }
}
