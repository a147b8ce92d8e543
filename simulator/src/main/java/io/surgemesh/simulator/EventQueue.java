package io.surgemesh.simulator;

import java.util.Arrays;

/**
 * Pending events ordered by time, and by the order of adding within one nanosecond.
 *
 * <p>Only what is due within the present epoch, a quarter of a second, lies in a heap. Later events
 * wait unordered in a bag per epoch, and those beyond the wheel of bags in one more. Most events
 * that are due late are timers, and most timers are cancelled: they are dropped when their epoch
 * comes, or when they outnumber the others, and never cost a place in the heap. Not bounded of its
 * own: it holds one entry per frame on its way and per armed timer, which connections and machines
 * bound.
 */
final class EventQueue {
  /** Says when an event is due from now on. */
  @FunctionalInterface
  interface Retiming {
    /** Returns the new time of an event that was due at {@code atNanos}. */
    long nanos(Event event, long atNanos);
  }

  private static final int EPOCH_BITS = 28;
  private static final int BAGS = 512;

  // Below this many cancelled events, sweeping costs more than carrying them along.
  private static final int CANCELLED_KEPT = 1024;

  private final EventHeap near = new EventHeap();
  private final EventBag[] wheel = new EventBag[BAGS];
  private final EventBag beyond = new EventBag();
  // The heap holds what is due up to the end of this epoch, the wheel what is due before the other.
  private long epoch;
  private long wheelEnd = BAGS;
  private int size;
  private int cancelled;
  private long orderNext;

  EventQueue() {
    Arrays.setAll(wheel, i -> new EventBag());
  }

  void add(long atNanos, Event event) {
    put(atNanos, orderNext++, event);
    size++;
  }

  private void put(long atNanos, long order, Event event) {
    long its = atNanos >> EPOCH_BITS;
    if (its <= epoch) {
      near.add(atNanos, order, event);
    } else if (its < wheelEnd) {
      bag(its).add(atNanos, order, event);
    } else {
      beyond.add(atNanos, order, event);
    }
  }

  private EventBag bag(long its) {
    return wheel[(int) (its & (BAGS - 1))];
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

  /** Moves to the next epoch that has events; returns false when there is none. */
  private boolean advance() {
    if (size == 0) {
      return false;
    }
    while (++epoch < wheelEnd) {
      EventBag next = bag(epoch);
      if (!next.isEmpty()) {
        next.drain(this::putUnlessCancelled);
        return true;
      }
    }
    // The wheel is empty: it goes on from whatever comes first beyond it.
    long first = beyond.earliestNanos();
    if (first == Long.MAX_VALUE) {
      epoch--;
      return false;
    }
    epoch = first >> EPOCH_BITS;
    wheelEnd = epoch + BAGS;
    beyond.drain(this::putUnlessCancelled);
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
    for (EventBag bag : wheel) {
      bag.drain(all::add);
    }
    beyond.drain(all::add);
    return all;
  }

  int size() {
    return size - cancelled;
  }
}
