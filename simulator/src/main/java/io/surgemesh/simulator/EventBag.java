package io.surgemesh.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Events that are not due soon, in no order. */
final class EventBag {
  /** Takes events out of a bag. */
  @FunctionalInterface
  interface Taker {
    void take(long atNanos, long order, Event event);
  }

  private static final int CAPACITY_INITIAL = 16;
  private static final int ROOM_FACTOR = 4;

  private static final long[] NOTHING = {};
  private static final @Nullable Event[] NO_EVENTS = {};

  private long[] times = NOTHING;
  private long[] orders = NOTHING;
  private @Nullable Event[] events = NO_EVENTS;
  private final int capacityKept;
  private int size;

  /**
   * Creates an empty bag.
   *
   * @param capacityKept the most room kept when it is emptied, in events
   */
  EventBag(int capacityKept) {
    this.capacityKept = capacityKept;
  }

  void add(long atNanos, long order, Event event) {
    if (size == times.length) {
      int capacity = Math.max(CAPACITY_INITIAL, Math.multiplyExact(size, 2));
      times = Arrays.copyOf(times, capacity);
      orders = Arrays.copyOf(orders, capacity);
      events = Arrays.copyOf(events, capacity);
    }
    times[size] = atNanos;
    orders[size] = order;
    events[size++] = event;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns the earliest time of all; {@link Long#MAX_VALUE} when there is none. */
  long earliestNanos() {
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      earliest = Math.min(earliest, times[i]);
    }
    return earliest;
  }

  /** Removes all and hands each to {@code taker}, which may put it back. */
  void drain(Taker taker) {
    int count = size;
    long[] itsTimes = times;
    long[] itsOrders = orders;
    @Nullable Event[] itsEvents = events;
    times = NOTHING;
    orders = NOTHING;
    events = NO_EVENTS;
    size = 0;
    for (int i = 0; i < count; i++) {
      Event event = itsEvents[i];
      itsEvents[i] = null;
      if (event == null) {
        throw new AssertionError("empty slot " + i + " of " + count);
      }
      taker.take(itsTimes[i], itsOrders[i], event);
    }
    // Room that a burst has left goes, or each of many bags would keep it.
    int used = Math.max(CAPACITY_INITIAL, ROOM_FACTOR * count);
    if (size == 0 && itsTimes.length <= Math.min(capacityKept, used)) {
      times = itsTimes;
      orders = itsOrders;
      events = itsEvents;
    }
  }
}
