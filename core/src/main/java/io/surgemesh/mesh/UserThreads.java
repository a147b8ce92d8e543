package io.surgemesh.mesh;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads for user code when the application brings none. */
final class UserThreads implements Executor, AutoCloseable {
  private final ExecutorService pool;

  UserThreads(int count) {
    AtomicInteger number = new AtomicInteger();
    pool =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "surgemesh-user-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
