package io.surgemesh.netty;

import io.netty.channel.EventLoop;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on one of Netty's event loops, with the host's workers beside it.
 *
 * <p>Once the host is closed, tasks are dropped silently: what they would have done is over.
 */
final class NettyLoop implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);

  private final EventLoop eventLoop;
  private final Executor workers;
  private final long startNanos;

  // Shared by all connections of the loop; nobody keeps anything in them between tasks.
  private final byte[] plainScratch = new byte[TlsRecords.PLAIN_BYTES_MAX];
  private final byte[] recordScratch = new byte[TlsRecords.sealedBytesMax()];

  /**
   * Creates a loop.
   *
   * @param startNanos reading of {@link System#nanoTime} that all loops of a host call 0
   */
  NettyLoop(EventLoop eventLoop, Executor workers, long startNanos) {
    this.eventLoop = eventLoop;
    this.workers = workers;
    this.startNanos = startNanos;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  byte[] plainScratch() {
    return plainScratch;
  }

  byte[] recordScratch() {
    return recordScratch;
  }

  @Override
  public void execute(Runnable task) {
    try {
      eventLoop.execute(() -> run(task));
    } catch (RejectedExecutionException closed) {
      LOG.trace("task after close dropped");
    }
  }

  /** Runs on this loop at once when the caller is on it, else later; false when it is closed. */
  boolean runHere(Runnable task) {
    if (eventLoop.inEventLoop()) {
      task.run();
      return true;
    }
    try {
      eventLoop.execute(() -> run(task));
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  @Override
  public long nowNanos() {
    return System.nanoTime() - startNanos;
  }

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  @Override
  public Timer arm(long deadlineNanos, Runnable task) {
    long delayNanos = Math.max(0, deadlineNanos - nowNanos());
    try {
      Future<?> future = eventLoop.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  @Override
  public <T> void offload(Callable<T> work, Completion<T> done) {
    try {
      workers.execute(() -> work(work, done));
    } catch (RejectedExecutionException full) {
      execute(() -> done.done(null, full));
    }
  }

  private <T> void work(Callable<T> work, Completion<T> done) {
    try {
      T value = work.call();
      execute(() -> done.done(value, null));
    } catch (Exception | StackOverflowError failure) {
      execute(() -> done.done(null, failure));
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("task failed on a host loop", bug);
    }
  }
}
