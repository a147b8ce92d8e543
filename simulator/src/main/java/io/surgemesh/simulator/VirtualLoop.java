package io.surgemesh.simulator;

import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.machine.Timer;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One node's loop: its tasks and timers are events of {@link VirtualTime}. */
final class VirtualLoop implements Loop {
  private final VirtualTime time;
  private final int node;
  private boolean stopped;
  private boolean armed;

  // Null, and free of cost, on a node that is never slow and shows virtual time.
  private @Nullable NodeClock clock;
  private @Nullable NodePace pace;

  VirtualLoop(VirtualTime time, int node) {
    this.time = time;
    this.node = node;
  }

  int node() {
    return node;
  }

  VirtualTime time() {
    return time;
  }

  /** Returns whether an event is to happen now: a stopped loop drops it, a slow one keeps it. */
  boolean takes(Event event) {
    return !stopped && (pace == null || pace.takes(event));
  }

  /** Drops everything scheduled on this loop, and whatever will be. */
  void stop() {
    stopped = true;
  }

  NodeClock clock() {
    if (clock == null) {
      clock = new NodeClock(this);
    }
    return clock;
  }

  NodePace pace() {
    if (pace == null) {
      pace = new NodePace(this);
    }
    return pace;
  }

  /** Goes on as the same machine's loop of its next life: by the same clock, as slowly. */
  void moveTo(VirtualLoop next) {
    if (clock != null) {
      clock.moveTo(next);
      next.clock = clock;
    }
    if (pace != null) {
      pace.moveTo(next);
    }
  }

  /** Lets timers fire when the clock, which now runs otherwise, will show their deadlines. */
  void onClockChanged() {
    if (armed) {
      time.retime(
          (event, atNanos) ->
              event instanceof Alarm alarm && alarm.loop() == this
                  ? virtualNanos(alarm.deadlineNanos)
                  : atNanos);
    }
  }

  /** Returns the wall-clock time of this node. */
  Instant wallNow() {
    return clock == null ? VirtualTime.EPOCH.plusNanos(time.nowNanos()) : clock.wallNow();
  }

  /** Schedules what happens at a moment of virtual time, whatever this node's clock shows then. */
  void at(long virtualNanos, Runnable task) {
    if (!stopped) {
      time.schedule(virtualNanos, new Task(this, task));
    }
  }

  /** Schedules what another thread of this node does then, beside the loop. */
  void besideAt(long virtualNanos, Runnable task) {
    at(virtualNanos, () -> time.runOffLoop(task));
  }

  @Override
  public void execute(Runnable task) {
    at(time.nowNanos(), task);
  }

  @Override
  public long nowNanos() {
    return clock == null ? time.nowNanos() : clock.nowNanos();
  }

  @Override
  public boolean inLoop() {
    return time.isRunning(this);
  }

  @Override
  public Timer arm(long deadlineNanos, Runnable task) {
    Alarm alarm = new Alarm(this, deadlineNanos, task);
    if (!stopped) {
      armed = true;
      alarm.queued = time.schedule(virtualNanos(deadlineNanos), alarm);
    }
    return alarm;
  }

  @Override
  public <T> void offload(Callable<T> work, Completion<T> done) {
    execute(
        () -> {
          T value;
          try {
            value = time.callOffLoop(work);
          } catch (Exception failure) {
            execute(() -> done.done(null, failure));
            return;
          }
          execute(() -> done.done(value, null));
        });
  }

  @Override
  public void onBug(RuntimeException bug) {
    time.onBug(this, bug);
  }

  /** Takes note that an event lies in the queue of events no more, but has not happened yet. */
  static void onUnqueued(Event event) {
    if (event instanceof Alarm alarm) {
      alarm.queued = false;
    }
  }

  /** Returns the first moment at which this node's clock shows {@code nanos} or more. */
  private long virtualNanos(long nanos) {
    return clock == null || nanos == Machine.NEVER ? nanos : clock.virtualNanos(nanos);
  }

  private static final class Task extends Event {
    private final Runnable task;

    Task(VirtualLoop loop, Runnable task) {
      super(loop);
      this.task = task;
    }

    @Override
    void fire() {
      task.run();
    }
  }

  private static final class Alarm extends Event implements Timer {
    private final long deadlineNanos;
    private @Nullable Runnable task;
    // Only what lies in the queue of events must be counted there as cancelled.
    private boolean queued;

    Alarm(VirtualLoop loop, long deadlineNanos, Runnable task) {
      super(loop);
      this.deadlineNanos = deadlineNanos;
      this.task = task;
    }

    @Override
    void fire() {
      Runnable due = task;
      end();
      if (due instanceof MachineDriver.Deadline deadline && deadline.isDue()) {
        time().onDeadline();
      }
      if (due != null) {
        due.run();
      }
    }

    @Override
    public void cancel() {
      if (task != null) {
        end();
        if (queued) {
          time().onCancelled();
        }
      }
    }

    private VirtualTime time() {
      return Objects.requireNonNull(loop()).time;
    }

    /** What it would have done is not held any longer than need be. */
    private void end() {
      task = null;
      setCancelled();
    }
  }
}
