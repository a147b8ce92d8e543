package io.surgemesh.simulator;

import io.surgemesh.machine.Loop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that jumps from event to event, and the queue of those events.
 *
 * <p>Starts at 0. Events due at the same nanosecond happen in the order in which they were
 * scheduled, so a run depends on nothing but what is scheduled. Confined to one thread: the one
 * that calls the {@code run} methods also runs every event, and between runs may call anything.
 */
public final class VirtualTime {
  /** What the {@link #wallClock} shows at 0. */
  public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  /** Events at one nanosecond after which the run fails: time no longer passes. */
  static final int EVENTS_PER_INSTANT_MAX = 10_000_000;

  // What is due later, and what is due at this very moment, in order of scheduling: whatever the
  // queue holds for this moment was scheduled before it came, and so comes first.
  private final EventQueue queue = new EventQueue();
  private final ArrayDeque<Event> instant = new ArrayDeque<>();
  private long nowNanos;
  private long eventsRun;
  private long deadlinesRun;
  private int eventsThisInstant;
  private @Nullable VirtualLoop loopRunning;
  private boolean inRun;
  private @Nullable SimulationFailure failure;

  /** Creates a clock at 0 with nothing scheduled. */
  public VirtualTime() {}

  /** Returns nanoseconds since the start. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Returns wall-clock time that passes with this clock, starting at {@link #EPOCH}. */
  public InstantSource wallClock() {
    return () -> EPOCH.plusNanos(nowNanos);
  }

  /** Returns how many events have happened so far. */
  public long eventsRun() {
    return eventsRun;
  }

  /** Returns how many deadlines of machines have come so far. */
  public long deadlinesRun() {
    return deadlinesRun;
  }

  /** Counts a deadline that enters its machine now. */
  void onDeadline() {
    deadlinesRun++;
  }

  /**
   * Returns a new loop in this time, for driving a machine without a network.
   *
   * @param node what a failure names; not negative
   */
  public Loop newLoop(int node) {
    return new VirtualLoop(this, node);
  }

  /**
   * Runs the next event and moves the clock to it.
   *
   * @return false when nothing is scheduled; the clock then stays
   * @throws SimulationFailure when the event threw, now or in an earlier run
   */
  public boolean step() {
    enter();
    try {
      return earliestNanos(Long.MAX_VALUE) != Long.MAX_VALUE && fireEarliest();
    } finally {
      inRun = false;
    }
  }

  /**
   * Runs every event of the next {@code duration}, then sets the clock to its end.
   *
   * @throws SimulationFailure when an event threw, now or in an earlier run
   */
  public void runFor(Duration duration) {
    runUntil(() -> false, duration);
  }

  /**
   * Runs until {@code condition} holds, asked first of all and then after every event.
   *
   * @param limit virtual time after which to give up; the clock then stands at its end
   * @return whether the condition held
   * @throws SimulationFailure when an event threw, now or in an earlier run
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long endNanos = Math.addExact(nowNanos, limit.toNanos());
    enter();
    try {
      if (condition.getAsBoolean()) {
        return true;
      }
      while (earliestNanos(endNanos) <= endNanos) {
        fireEarliest();
        if (condition.getAsBoolean()) {
          return true;
        }
      }
      advanceTo(endNanos);
      return false;
    } finally {
      inRun = false;
    }
  }

  /**
   * Schedules an event, now when {@code atNanos} has passed.
   *
   * @return whether it is due later, so that {@link #onCancelled} must be told when it is cancelled
   */
  boolean schedule(long atNanos, Event event) {
    if (atNanos <= nowNanos) {
      instant.add(event);
      return false;
    }
    queue.add(atNanos, event);
    return true;
  }

  /** Gives pending events other times, none of which lies in the past then. */
  void retime(EventQueue.Retiming retiming) {
    queue.retime((event, atNanos) -> Math.max(retiming.nanos(event, atNanos), nowNanos));
  }

  /** Tells that an event due later has just been cancelled. */
  void onCancelled() {
    queue.onCancelled();
  }

  /** Fails the run once the present event is over: a driver has caught a bug and goes on. */
  void onBug(VirtualLoop loop, RuntimeException bug) {
    if (failure == null) {
      failure = new SimulationFailure(loop.node(), nowNanos, bug);
    }
  }

  /** Returns how many events are scheduled and not cancelled: frames on their way, armed timers. */
  public int eventsPending() {
    return queue.size() + instant.size();
  }

  boolean isRunning(VirtualLoop loop) {
    return loopRunning == loop;
  }

  /** Calls {@code work} as a worker thread would: no loop counts as running meanwhile. */
  <T> T callOffLoop(Callable<T> work) throws Exception {
    VirtualLoop loop = loopRunning;
    loopRunning = null;
    try {
      return work.call();
    } finally {
      loopRunning = loop;
    }
  }

  /** Runs {@code work} as another thread would: no loop counts as running meanwhile. */
  void runOffLoop(Runnable work) {
    VirtualLoop loop = loopRunning;
    loopRunning = null;
    try {
      work.run();
    } finally {
      loopRunning = loop;
    }
  }

  private void enter() {
    if (inRun) {
      throw new IllegalStateException("an event must not run the simulation");
    }
    if (failure != null) {
      throw failure;
    }
    inRun = true;
  }

  private boolean fireEarliest() {
    Event event = removeEarliest();
    VirtualLoop loop = event.loop();
    if (event.isCancelled() || (loop != null && !loop.takes(event))) {
      return true;
    }
    eventsRun++;
    loopRunning = loop;
    try {
      if (++eventsThisInstant > EVENTS_PER_INSTANT_MAX) {
        throw new IllegalStateException(
            EVENTS_PER_INSTANT_MAX + " events without time passing: an endless loop");
      }
      event.fire();
    } catch (RuntimeException | Error bug) {
      failure = new SimulationFailure(loop == null ? -1 : loop.node(), nowNanos, bug);
    } finally {
      loopRunning = null;
    }
    if (failure != null) {
      throw failure;
    }
    return true;
  }

  private long earliestNanos(long limitNanos) {
    return instant.isEmpty() ? queue.earliestNanos(limitNanos) : nowNanos;
  }

  /** Removes the event of {@link #earliestNanos}, which must have been asked for just before. */
  private Event removeEarliest() {
    if (!instant.isEmpty() && queue.earliestNanos(nowNanos) > nowNanos) {
      return instant.remove();
    }
    advanceTo(queue.firstNanos());
    return queue.removeEarliest();
  }

  private void advanceTo(long nanos) {
    if (nanos > nowNanos) {
      nowNanos = nanos;
      eventsThisInstant = 0;
    }
  }
}
