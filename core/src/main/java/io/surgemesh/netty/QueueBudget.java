package io.surgemesh.netty;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes queued on all streams of one connection, within those of its peer and of the host.
 * Thread-safe.
 */
final class QueueBudget {
  private final QueueLimits limits;
  private final AtomicLong hostQueued;
  private final AtomicLong peerQueued;
  private final AtomicLong queued = new AtomicLong();
  private volatile boolean wasFull;

  QueueBudget(QueueLimits limits, AtomicLong hostQueued, AtomicLong peerQueued) {
    this.limits = limits;
    this.hostQueued = hostQueued;
    this.peerQueued = peerQueued;
  }

  void add(int bytes) {
    queued.addAndGet(bytes);
    peerQueued.addAndGet(bytes);
    hostQueued.addAndGet(bytes);
    if (!isBelowSoft()) {
      wasFull = true;
    }
  }

  void remove(int bytes) {
    queued.addAndGet(-bytes);
    peerQueued.addAndGet(-bytes);
    hostQueued.addAndGet(-bytes);
  }

  /** Only what this connection itself has queued makes this false, so its draining ends it. */
  boolean isBelowSoft() {
    long own = queued.get();
    return own < limits.soft()
        && (own <= limits.share() || hostQueued.get() < limits.hostMax() / 2);
  }

  boolean isBeyondMax() {
    long own = queued.get();
    return own > limits.connectionMax()
        || peerQueued.get() > limits.peerMax()
        || (own > limits.share() && hostQueued.get() > limits.hostMax());
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
