package io.surgemesh.vopr;

import io.surgemesh.identity.Signatures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a scenario: trouble, then quiet, in which everything must come right. */
final class Run {
  private static final Duration STEP = Duration.ofSeconds(1);

  /** In times of trouble, boards are looked at once in so many steps. */
  private static final int LOOK_EVERY = 5;

  /** After healing, until peers must find each other. */
  static final Duration LOOKUPS_AFTER = Duration.ofSeconds(30);

  private static final Duration LOOKUPS_WITHIN = Duration.ofSeconds(62);
  private static final Duration JOBS_WITHIN = Workload.DEADLINE_MAX.plusSeconds(15);
  private static final Duration PROBES_WITHIN = Duration.ofSeconds(60);
  private static final int LOOKUPS_CHECKED = 30;

  /** Several times what the worst floods were seen to make. */
  private static final int PENDING_PER_NODE_MAX = 10_000;

  private static final int EVENTS_PER_NODE_MAX = 5000;

  private final Scenario scenario;
  private final BugLog bugs;
  private final BooleanSupplier isOver;
  private final World world;
  private final History history;
  private final Workload workload;
  private final SplittableRandom random;
  private @Nullable Throwable thrown;
  private boolean dropped;
  private boolean healed;
  private int steps;
  private long eventsBefore;

  /**
   * Prepares a run.
   *
   * @param bugs hears what code under test logs
   * @param isOver asked now and then whether to drop the run
   */
  Run(Scenario scenario, BugLog bugs, BooleanSupplier isOver) {
    this.scenario = scenario;
    this.bugs = bugs;
    this.isOver = isOver;
    this.world = new World(scenario);
    this.history = new History(world.time()::nowNanos, checkers(world.signatures()));
    this.random = new SplittableRandom(scenario.seed() + 3);
    this.workload = new Workload(world, history, random.split());
  }

  private static List<Checker> checkers(Signatures signatures) {
    return List.of(
        new BugChecker(),
        new CapacityChecker(),
        new LedgerChecker(signatures),
        new DurabilityChecker(),
        new SettlementChecker(),
        new JobChecker(),
        new LookupChecker(),
        new BoardChecker(signatures, World.OFFERS_MAX, World.OFFERS_PER_PROVIDER_MAX),
        new IdleChecker(),
        new BoundsChecker());
  }

  /**
   * Runs to the end, or until something is wrong.
   *
   * @param trace takes a line for whatever happens; null for none
   * @return how it went; empty when it was dropped
   */
  Optional<Outcome> run(@Nullable Consumer<? super String> trace) {
    if (trace != null) {
      history.printTo(trace);
      world.mesh().network().trace().printTo(trace);
    }
    long beginNanos = System.nanoTime();
    bugs.hear(this::onBug, this::live);
    return dropped
        ? Optional.empty()
        : Optional.of(
            new Outcome(
                scenario,
                history.violation(),
                world.mesh().network().trace().hashHex() + history.hashHex(),
                world.time().eventsRun(),
                world.time().nowNanos(),
                System.nanoTime() - beginNanos,
                thrown));
  }

  private void onBug(String line, @Nullable Throwable logged) {
    if (!history.isViolated()) {
      thrown = logged;
    }
    history.add(new Happening.Bug(line));
  }

  private void live() {
    try {
      world.populate(history);
      workload.spread(scenario);
      world.trouble(history);
      advance(scenario.trouble());
      healed = true;
      history.add(new Happening.Healed());
      Quiet quiet = new Quiet();
      quiet.schedule();
      advance(quiet.length());
    } catch (Throwable any) {
      // Also what was thrown outside of events, by the workload or a checker: left to itself, it
      // would end the thread, and this seed and those after it would seem to hold.
      if (!history.isViolated()) {
        thrown = any;
      }
      history.addThrown(any);
    }
  }

  /** Lets so much time pass, looking at everything now and then. */
  private void advance(Duration span) {
    Duration left = span;
    while (left.compareTo(Duration.ZERO) > 0 && !history.isViolated() && !dropped) {
      dropped = isOver.getAsBoolean();
      Duration step = left.compareTo(STEP) < 0 ? left : STEP;
      world.time().runUntil(history::isViolated, step);
      left = left.minus(step);
      world.citizens().forEach(Citizen::notice);
      world.citizens().forEach(Citizen::readLog);
      history.add(new Happening.LogsRead());
      if (healed || ++steps % LOOK_EVERY == 0) {
        world.alive().forEach(Citizen::look);
        measure();
      }
      if (healed) {
        world.alive().forEach(Citizen::lookIntoTable);
      }
    }
  }

  /** Measures what has a bound in the network as a whole. */
  private void measure() {
    int nodes = world.mesh().network().hosts().size();
    measured("events pending", world.time().eventsPending(), (long) PENDING_PER_NODE_MAX * nodes);
    long events = world.time().eventsRun();
    if (healed && eventsBefore > 0) {
      measured("events in a second", events - eventsBefore, (long) EVENTS_PER_NODE_MAX * nodes);
    }
    eventsBefore = events;
  }

  private void measured(String what, long value, long most) {
    history.add(new Happening.Measured(Happening.NOBODY, what, value, most));
  }

  /** What is asked of the peers once every fault is over. */
  private final class Quiet {
    private Duration length() {
      return max(scenario.boardsWithin().plusSeconds(5), probesAfter().plus(PROBES_WITHIN));
    }

    /** Whoever buys must know the offer: before boards are due, they may lack it. */
    private Duration probesAfter() {
      return max(JOBS_WITHIN, scenario.boardsWithin()).plusSeconds(1);
    }

    void schedule() {
      after(scenario.boardsWithin(), () -> history.add(new Happening.BoardsDue()));
      after(LOOKUPS_AFTER, this::lookUp);
      after(LOOKUPS_AFTER.plus(LOOKUPS_WITHIN), () -> history.add(new Happening.LookUpsDue()));
      after(JOBS_WITHIN, () -> history.add(new Happening.JobsDue()));
      after(probesAfter(), this::probe);
      after(probesAfter().plus(PROBES_WITHIN), () -> history.add(new Happening.ProbesDue()));
    }

    private void lookUp() {
      List<Citizen> alive = world.alive();
      for (int i = 0; i < LOOKUPS_CHECKED && alive.size() > 1; i++) {
        int from = random.nextInt(alive.size());
        int to = (from + 1 + random.nextInt(alive.size() - 1)) % alive.size();
        workload.lookUp(alive.get(from), alive.get(to));
      }
    }

    private void probe() {
      for (Citizen seller : world.alive()) {
        List<Citizen> others = new ArrayList<>(world.alive());
        others.remove(seller);
        if (seller.sells() && !others.isEmpty()) {
          workload.buyAllOf(
              seller, others.get(random.nextInt(others.size())), PROBES_WITHIN.minusSeconds(5));
        }
      }
    }

    private void after(Duration span, Runnable task) {
      world.clock().arm(world.clock().nowNanos() + span.toNanos(), task);
    }

    private Duration max(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }
  }
}
