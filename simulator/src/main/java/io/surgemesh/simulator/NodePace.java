package io.surgemesh.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How fast one node gets on with its events: each may take time, and the node may stop for a while.
 *
 * <p>What is due meanwhile waits in order. The network goes on: connections are accepted, as a
 * kernel would, and what arrives waits too, as much as windows and streams let through. A node that
 * crashes and comes back is as slow as before. May be used between runs and inside of them;
 * confined to the thread of the network.
 */
public final class NodePace {
  private final VirtualTime time;
  private final VirtualLoop loop;
  private final Event wake;

  // Bounded as the queue of events is: by frames under way and armed timers.
  private final ArrayDeque<Event> backlog = new ArrayDeque<>();
  private long perEventNanos;
  private long freeNanos;
  private boolean waking;

  NodePace(VirtualLoop loop) {
    this.time = loop.time();
    this.loop = loop;
    this.wake = new Wake(loop);
  }

  /** Makes the same node's next life as slow as this one. */
  void moveTo(VirtualLoop next) {
    if (perEventNanos > 0) {
      next.pace().perEventNanos = perEventNanos;
    }
  }

  /**
   * Sets how long the node works on each event before it has done it; others wait meanwhile.
   *
   * @param duration zero, as in the beginning, for no time at all
   * @throws IllegalArgumentException when negative
   */
  public NodePace perEvent(Duration duration) {
    perEventNanos = requireNotNegative(duration);
    return this;
  }

  Duration perEvent() {
    return Duration.ofNanos(perEventNanos);
  }

  /**
   * Stops the node from now on, as a collector of garbage would: its clocks go on.
   *
   * @param duration how long; a longer stop that has begun goes on
   * @throws IllegalArgumentException when negative
   */
  public void pause(Duration duration) {
    freeNanos = Math.max(freeNanos, time.nowNanos() + requireNotNegative(duration));
  }

  /**
   * Stops the node from now on, as closing a laptop would: the wall clock goes on, the monotonic
   * clock stands still, so no timer comes nearer.
   *
   * @param duration how long; a longer stop that has begun goes on
   * @throws IllegalArgumentException when negative
   */
  public void suspend(Duration duration) {
    pause(duration);
    loop.clock().standUntil(time.nowNanos() + duration.toNanos());
  }

  /** Returns whether an event that is due may happen; otherwise it waits here for its turn. */
  boolean takes(Event event) {
    if (event == wake) {
      return true;
    }
    if (perEventNanos == 0 && backlog.isEmpty() && time.nowNanos() >= freeNanos) {
      return true;
    }
    VirtualLoop.onUnqueued(event);
    backlog.add(event);
    if (!waking) {
      wakeAfterWork();
    }
    return false;
  }

  private void wakeAfterWork() {
    waking = true;
    time.schedule(Math.max(time.nowNanos(), freeNanos) + perEventNanos, wake);
  }

  private void onWake() {
    waking = false;
    Event next = pollNext();
    if (next == null) {
      return;
    }
    if (time.nowNanos() < freeNanos) {
      // The node was stopped after its work on this event had begun.
      backlog.addFirst(next);
      wakeAfterWork();
      return;
    }
    next.fire();
    if (!backlog.isEmpty()) {
      wakeAfterWork();
    }
  }

  private @Nullable Event pollNext() {
    Event next = backlog.poll();
    while (next != null && next.isCancelled()) {
      next = backlog.poll();
    }
    return next;
  }

  private static long requireNotNegative(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration of " + duration);
    }
    return duration.toNanos();
  }

  /** The node turns to what waits. */
  private final class Wake extends Event {
    Wake(VirtualLoop ofNode) {
      super(ofNode);
    }

    @Override
    void fire() {
      onWake();
    }
  }
}
