package io.surgemesh.netty;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes queued on all streams of one connection. Thread-safe. */
final class QueueBudget {
  private final long soft;
  private final long max;
  private final AtomicLong queued = new AtomicLong();
  private volatile boolean wasFull;

  QueueBudget(HostLimits limits) {
    this.soft = limits.queuedBytesSoft();
    this.max = limits.queuedBytesMax();
  }

  void add(int bytes) {
    if (queued.addAndGet(bytes) >= soft) {
      wasFull = true;
    }
  }

  void remove(int bytes) {
    queued.addAndGet(-bytes);
  }

  boolean isBelowSoft() {
    return queued.get() < soft;
  }

  boolean isBeyondMax() {
    return queued.get() > max;
  }

  /** Returns once, after the budget was used up, that it has room again. */
  boolean takeRelief() {
    if (wasFull && isBelowSoft()) {
      wasFull = false;
      return true;
    }
    return false;
  }
}
