package io.surgemesh.ledger;

import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A loop that is the test's own thread, for as long as it waits for a future. */
final class QueueLoop implements Loop {
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private int refusals;

  /** Has no worker for the next so many pieces of slow work. */
  void refuse(int count) {
    refusals = count;
  }

  /** Runs tasks until the future is done, then returns it. */
  <T> CompletableFuture<T> await(CompletableFuture<T> future) throws InterruptedException {
    while (!future.isDone()) {
      Runnable task = tasks.poll(10, TimeUnit.SECONDS);
      if (task == null) {
        throw new AssertionError("nothing happened for 10 s");
      }
      task.run();
    }
    return future;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public long nowNanos() {
    return 0;
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public Timer arm(long deadlineNanos, Runnable task) {
    // Whatever is waited for has come.
    execute(task);
    return () -> {};
  }

  @Override
  public <T> void offload(Callable<T> work, Completion<T> done) {
    if (refusals > 0) {
      refusals--;
      execute(() -> done.done(null, new RejectedExecutionException("no worker")));
      return;
    }
    execute(
        () -> {
          T value;
          try {
            value = work.call();
          } catch (Exception failure) {
            done.done(null, failure);
            return;
          }
          done.done(value, null);
        });
  }
}
