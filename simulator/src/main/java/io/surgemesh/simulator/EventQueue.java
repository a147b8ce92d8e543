package io.surgemesh.simulator;

/**
 * Pending events ordered by time, and by the order of adding within one nanosecond.
 *
 * <p>Only what is due within the present millisecond lies in a heap, which so stays small enough
 * for the fastest cache. What is due later waits unordered: in a bag per millisecond up to the end
 * of the present quarter of a second, in a bag per such quarter for two minutes, and in one more
 * bag for all beyond. Most events that are due late are timers, and most timers are cancelled: they
 * are dropped when a bag is emptied, or when they outnumber the others, and never cost a place in
 * the heap. Not bounded of its own: it holds one entry per frame on its way and per armed timer,
 * which connections and machines bound.
 */
final class EventQueue {
  /** Says when an event is due from now on. */
  @FunctionalInterface
  interface Retiming {
    /** Returns the new time of an event that was due at {@code atNanos}. */
    long nanos(Event event, long atNanos);
  }

  private static final int TICK_BITS = 20;
  private static final int TICKS = 256;
  private static final int EPOCH_BITS = 28;
  private static final int EPOCHS = 512;

  // Below this many cancelled events, sweeping costs more than carrying them along.
  private static final int CANCELLED_KEPT = 1024;

  private final EventHeap near = new EventHeap();
  // The heap holds what is due up to the end of the present tick, the ticks what is due up to the
  // end of the present epoch, the epochs what they have room for.
  private final EventWheel ticks = new EventWheel(TICK_BITS, TICKS);
  private final EventWheel epochs = new EventWheel(EPOCH_BITS, EPOCHS);
  private final EventBag beyond = new EventBag();
  private int size;
  private int cancelled;
  private long orderNext;

  void add(long atNanos, Event event) {
    put(atNanos, orderNext++, event);
    size++;
  }

  private void put(long atNanos, long order, Event event) {
    if (ticks.hasReached(atNanos)) {
      near.add(atNanos, order, event);
    } else if (!ticks.add(atNanos, order, event) && !epochs.add(atNanos, order, event)) {
      beyond.add(atNanos, order, event);
    }
  }

  /**
   * Returns when the next event that is not cancelled is due; {@link Long#MAX_VALUE} if none is.
   */
  long earliestNanos() {
    while (true) {
      if (near.isEmpty()) {
        if (!advance()) {
          return Long.MAX_VALUE;
        }
      } else if (near.first().isCancelled()) {
        near.removeFirst();
        forgetCancelled();
      } else {
        return near.firstNanos();
      }
    }
  }

  /** Moves on to the next time that has events; returns false when there is none. */
  private boolean advance() {
    if (size == 0) {
      return false;
    }
    EventBag next = ticks.advance();
    if (next == null) {
      next = nextEpoch();
    }
    next.drain(this::putUnlessCancelled);
    return true;
  }

  private EventBag nextEpoch() {
    EventBag next = epochs.advance();
    if (next != null) {
      ticks.moveTo(epochs.presentNanos(), TICKS);
      return next;
    }
    // Something is pending and nothing nearer, so it lies here. The ticks go on from the next
    // epoch.
    long firstNanos = beyond.earliestNanos();
    epochs.moveTo(firstNanos, EPOCHS);
    ticks.moveTo(firstNanos, 0);
    return beyond;
  }

  private void putUnlessCancelled(long atNanos, long order, Event event) {
    if (event.isCancelled()) {
      forgetCancelled();
    } else {
      put(atNanos, order, event);
    }
  }

  private void forgetCancelled() {
    size--;
    cancelled--;
  }

  /** Removes the event of {@link #earliestNanos}, which must have been asked for just before. */
  Event removeEarliest() {
    Event event = near.first();
    near.removeFirst();
    size--;
    return event;
  }

  /** Counts an event in the queue that has just been cancelled. */
  void onCancelled() {
    cancelled++;
    if (cancelled > CANCELLED_KEPT && cancelled > size / 2) {
      // Putting everything anew drops what is cancelled.
      drain().drain(this::putUnlessCancelled);
    }
  }

  /** Gives events other times, walking over all; within one nanosecond their order stays. */
  void retime(Retiming retiming) {
    drain().drain((atNanos, order, event) -> put(retiming.nanos(event, atNanos), order, event));
  }

  private EventBag drain() {
    EventBag all = new EventBag();
    near.drainTo(all);
    ticks.drainTo(all);
    epochs.drainTo(all);
    beyond.drain(all::add);
    return all;
  }

  int size() {
    return size - cancelled;
  }
}
