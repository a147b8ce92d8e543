package io.surgemesh.simulator;

import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One node's loop: its tasks and timers are events of {@link VirtualTime}. */
final class VirtualLoop implements Loop {
  private final VirtualTime time;
  private final int node;
  private boolean stopped;

  VirtualLoop(VirtualTime time, int node) {
    this.time = time;
    this.node = node;
  }

  int node() {
    return node;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Drops everything scheduled on this loop, and whatever will be. */
  void stop() {
    stopped = true;
  }

  @Override
  public void execute(Runnable task) {
    arm(time.nowNanos(), task);
  }

  @Override
  public long nowNanos() {
    return time.nowNanos();
  }

  @Override
  public boolean inLoop() {
    return time.isRunning(this);
  }

  @Override
  public Timer arm(long deadlineNanos, Runnable task) {
    Task event = new Task(this, task);
    if (!stopped) {
      time.schedule(deadlineNanos, event);
    }
    return event;
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

  private static final class Task implements Event, Timer {
    private final VirtualLoop loop;
    private @Nullable Runnable task;

    Task(VirtualLoop loop, Runnable task) {
      this.loop = loop;
      this.task = task;
    }

    @Override
    public VirtualLoop loop() {
      return loop;
    }

    @Override
    public boolean isCancelled() {
      return task == null;
    }

    @Override
    public void fire() {
      Runnable due = task;
      task = null;
      if (due != null) {
        due.run();
      }
    }

    @Override
    public void cancel() {
      // What was armed on a stopped loop is not in the queue, so must not be counted there.
      if (task != null && !loop.stopped) {
        task = null;
        loop.time.onCancelled();
      }
    }
  }
}
