package io.surgemesh.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pending events ordered by time, and by the order of adding within one nanosecond.
 *
 * <p>A 4-ary heap whose keys lie in arrays of longs, so that comparing touches no event. Cancelled
 * events stay until they come up or outnumber the others. Not bounded of its own: it holds one
 * entry per frame on its way and per armed timer, which connections and machines bound.
 */
final class EventQueue {
  /** Says when an event is due from now on. */
  @FunctionalInterface
  interface Retiming {
    /** Returns the new time of an event that was due at {@code atNanos}. */
    long nanos(Event event, long atNanos);
  }

  private static final int ARITY = 4;
  private static final int CAPACITY_INITIAL = 1024;

  // Below this many cancelled events, sweeping costs more than carrying them along.
  private static final int CANCELLED_KEPT = 1024;

  private long[] times = new long[CAPACITY_INITIAL];
  private long[] orders = new long[CAPACITY_INITIAL];
  private @Nullable Event[] events = new @Nullable Event[CAPACITY_INITIAL];
  private int size;
  private int cancelled;
  private long orderNext;

  void add(long atNanos, Event event) {
    if (size == times.length) {
      int capacity = Math.multiplyExact(size, 2);
      times = Arrays.copyOf(times, capacity);
      orders = Arrays.copyOf(orders, capacity);
      events = Arrays.copyOf(events, capacity);
    }
    siftUp(size++, atNanos, orderNext++, event);
  }

  /**
   * Returns when the next event that is not cancelled is due; {@link Long#MAX_VALUE} if none is.
   */
  long earliestNanos() {
    while (size > 0 && at(0).isCancelled()) {
      cancelled--;
      removeFirst();
    }
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Removes the event of {@link #earliestNanos}, which must have been asked for just before. */
  Event removeEarliest() {
    Event event = at(0);
    removeFirst();
    return event;
  }

  /** Counts an event in the queue that has just been cancelled. */
  void onCancelled() {
    cancelled++;
    if (cancelled > CANCELLED_KEPT && cancelled > size / 2) {
      sweep();
    }
  }

  /** Gives events other times, walking over all; within one nanosecond their order stays. */
  void retime(Retiming retiming) {
    for (int i = 0; i < size; i++) {
      times[i] = retiming.nanos(at(i), times[i]);
    }
    restoreOrder();
  }

  int size() {
    return size - cancelled;
  }

  private void sweep() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!at(i).isCancelled()) {
        times[kept] = times[i];
        orders[kept] = orders[i];
        events[kept] = events[i];
        kept++;
      }
    }
    Arrays.fill(events, kept, size, null);
    size = kept;
    cancelled = 0;
    restoreOrder();
  }

  private void restoreOrder() {
    for (int i = (size - 2) / ARITY; i >= 0 && size > 1; i--) {
      siftDown(i, times[i], orders[i], at(i));
    }
  }

  private void removeFirst() {
    size--;
    long time = times[size];
    long order = orders[size];
    Event event = at(size);
    events[size] = null;
    if (size > 0) {
      siftDown(0, time, order, event);
    }
  }

  private void siftUp(int start, long time, long order, Event event) {
    int slot = start;
    while (slot > 0) {
      int parent = (slot - 1) / ARITY;
      if (!isBefore(time, order, parent)) {
        break;
      }
      move(parent, slot);
      slot = parent;
    }
    put(slot, time, order, event);
  }

  private void siftDown(int start, long time, long order, Event event) {
    int slot = start;
    for (int first = slot * ARITY + 1; first < size; first = slot * ARITY + 1) {
      int least = first;
      int end = Math.min(first + ARITY, size);
      for (int child = first + 1; child < end; child++) {
        if (isBefore(times[child], orders[child], least)) {
          least = child;
        }
      }
      if (isBefore(time, order, least)) {
        break;
      }
      move(least, slot);
      slot = least;
    }
    put(slot, time, order, event);
  }

  private boolean isBefore(long time, long order, int slot) {
    return time < times[slot] || (time == times[slot] && order < orders[slot]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    orders[to] = orders[from];
    events[to] = events[from];
  }

  private void put(int slot, long time, long order, Event event) {
    times[slot] = time;
    orders[slot] = order;
    events[slot] = event;
  }

  private Event at(int slot) {
    Event event = events[slot];
    if (event == null) {
      throw new AssertionError("empty slot " + slot + " of " + size);
    }
    return event;
  }
}
