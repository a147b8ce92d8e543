package io.surgemesh.machine;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One thread of control on which machines run to completion, with a monotonic clock and timers.
 *
 * <p>On sockets it is an event loop of its own; in the simulator it is virtual time. Unless said
 * otherwise, called from the loop only.
 */
public interface Loop extends Executor {
  /**
   * Runs a task on this loop later, after the current one; from any thread, in order per caller.
   */
  @Override
  void execute(Runnable task);

  /**
   * Runs a task on this loop: at once when the caller is on it, so that nothing comes in between,
   * else later; from any thread.
   */
  default void dispatch(Runnable task) {
    if (inLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** Returns nanoseconds of a monotonic clock that starts near 0; callable from any thread. */
  long nowNanos();

  /** Returns whether the calling thread is this loop's. */
  boolean inLoop();

  /**
   * Runs {@code task} on this loop once {@code deadlineNanos} has come; at once if it has passed.
   */
  Timer arm(long deadlineNanos, Runnable task);

  /**
   * Runs slow work (signatures, digests, files) off this loop, then {@code done} on this loop with
   * its outcome. The simulator does both inline, in virtual time.
   *
   * @param work runs on a worker thread; must not touch state of this loop
   * @param done runs on this loop, exactly once; when too much work waits, at once with a failure
   */
  <T> void offload(Callable<T> work, Completion<T> done);

  /**
   * Takes note of a bug of ours that was caught on this loop. Whoever caught it has logged it and
   * goes on, so on sockets nothing follows; the simulator fails the run.
   */
  default void onBug(RuntimeException bug) {}

  /** The outcome of slow work. */
  @FunctionalInterface
  interface Completion<T> {
    /**
     * Takes the outcome: {@code failure} is null exactly when the work returned.
     *
     * @param value what the work returned; meaningless when it failed
     */
    void done(@Nullable T value, @Nullable Throwable failure);
  }
}
