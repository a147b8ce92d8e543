package io.surgemesh.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events ordered by time, and by the order of adding within one nanosecond: a 4-ary heap whose keys
 * lie in arrays of longs, so that comparing touches no event.
 */
final class EventHeap {
  private static final int ARITY = 4;
  private static final int CAPACITY_INITIAL = 1024;

  private long[] times = new long[CAPACITY_INITIAL];
  private long[] orders = new long[CAPACITY_INITIAL];
  private @Nullable Event[] events = new @Nullable Event[CAPACITY_INITIAL];
  private int size;

  void add(long atNanos, long order, Event event) {
    if (size == times.length) {
      int capacity = Math.multiplyExact(size, 2);
      times = Arrays.copyOf(times, capacity);
      orders = Arrays.copyOf(orders, capacity);
      events = Arrays.copyOf(events, capacity);
    }
    siftUp(size++, atNanos, order, event);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns when the first is due; there must be one. */
  long firstNanos() {
    return times[0];
  }

  /** Returns the first; there must be one. */
  Event first() {
    return at(0);
  }

  void removeFirst() {
    size--;
    long time = times[size];
    long order = orders[size];
    Event event = at(size);
    events[size] = null;
    if (size > 0) {
      siftDown(0, time, order, event);
    }
  }

  /** Removes everything and puts it into {@code target}. */
  void drainTo(EventBag target) {
    for (int i = 0; i < size; i++) {
      target.add(times[i], orders[i], at(i));
      events[i] = null;
    }
    size = 0;
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
