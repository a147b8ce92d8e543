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
  // Room for a tick of a hundred thousand peers is made once; epochs come too seldom to matter.
  private static final int TICK_EVENTS_KEPT = 4096;
  private static final int EPOCH_BITS = 28;
  private static final int EPOCHS = 512;

  // Below this many cancelled events, sweeping costs more than carrying them along.
  private static final int CANCELLED_KEPT = 1024;

  private final EventHeap near = new EventHeap();
  // The heap holds what is due up to the end of the present tick, the ticks what is due up to the
  // end of the present epoch, the epochs what they have room for.
  private final EventWheel ticks = new EventWheel(TICK_BITS, TICKS, TICK_EVENTS_KEPT);
  private final EventWheel epochs = new EventWheel(EPOCH_BITS, EPOCHS, 0);
  private final EventBag beyond = new EventBag(0);
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
   *
   * @param limitNanos how far to look; what is due later may count as nothing. Looking no farther
   *     than time will surely pass keeps what is added next out of the heap
   */
  long earliestNanos(long limitNanos) {
    while (true) {
      if (near.isEmpty()) {
        if (size == 0 || !advance(limitNanos)) {
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

  /** Moves on to the next time that has events; returns false when that is past the limit. */
  private boolean advance(long limitNanos) {
    long tickNanos = ticks.nextNanos();
    long epochNanos = tickNanos == Long.MAX_VALUE ? epochs.nextNanos() : tickNanos;
    // Something is pending, so it lies beyond when it lies nowhere nearer.
    boolean isBeyond = epochNanos == Long.MAX_VALUE;
    long nextNanos = isBeyond ? beyond.earliestNanos() : epochNanos;
    if (nextNanos > limitNanos || nextNanos == Long.MAX_VALUE) {
      return false;
    }
    if (tickNanos != Long.MAX_VALUE) {
      ticks.advanceTo(tickNanos).drain(this::putUnlessCancelled);
    } else if (!isBeyond) {
      EventBag next = epochs.advanceTo(epochNanos);
      ticks.moveTo(epochNanos, TICKS);
      next.drain(this::putUnlessCancelled);
    } else {
      epochs.moveTo(nextNanos, EPOCHS);
      // The ticks have no slots until the epochs advance.
      ticks.moveTo(nextNanos, 0);
      beyond.drain(this::putUnlessCancelled);
    }
    return true;
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

  /** Returns when the event is due that {@link #removeEarliest} would remove. */
  long firstNanos() {
    return near.firstNanos();
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
    EventBag all = new EventBag(0);
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
