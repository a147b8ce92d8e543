package io.surgemesh.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one host: event loops, and workers for what would hold them up. */
final class NettyLoops {
  private static final long IDLE_WORKER_SECONDS = 30;
  private static final long DRAIN_MILLIS = 2000;
  private static final long STOP_MILLIS = 2500;
  private static final long WORKERS_STOP_MILLIS = 500;

  private final EventLoopGroup group;
  private final ThreadPoolExecutor workers;
  private final IdentityHashMap<EventExecutor, NettyLoop> byExecutor = new IdentityHashMap<>();
  private final List<NettyLoop> loops = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  /**
   * Creates the threads; they start when they are first used.
   *
   * @param offloadedMax pieces of work that may wait for a worker
   */
  NettyLoops(int count, int offloadedMax) {
    group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("surgemesh-loop", true), NioIoHandler.newFactory());
    workers =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_WORKER_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(offloadedMax),
            new DefaultThreadFactory("surgemesh-worker", true));
    workers.allowCoreThreadTimeOut(true);
    long startNanos = System.nanoTime();
    for (EventExecutor executor : group) {
      NettyLoop loop = new NettyLoop((EventLoop) executor, workers, startNanos);
      byExecutor.put(executor, loop);
      loops.add(loop);
    }
  }

  EventLoopGroup group() {
    return group;
  }

  /** Returns the loop that routing, gossip and negotiation run on. */
  NettyLoop meshLoop() {
    return loops.get(0);
  }

  /** Returns the loop for the next connection, in turn. */
  NettyLoop next() {
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  NettyLoop of(EventLoop eventLoop) {
    NettyLoop loop = byExecutor.get(eventLoop);
    if (loop == null) {
      throw new IllegalArgumentException("event loop of another host");
    }
    return loop;
  }

  boolean inAnyLoop() {
    return loops.stream().anyMatch(NettyLoop::inLoop);
  }

  /** Stops all threads; waits at most a few seconds, and not at all on one of the loops. */
  void close() {
    boolean wait = !inAnyLoop();
    var stopped = group.shutdownGracefully(0, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    workers.shutdownNow();
    if (!wait) {
      return;
    }
    stopped.awaitUninterruptibly(STOP_MILLIS);
    try {
      workers.awaitTermination(WORKERS_STOP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
