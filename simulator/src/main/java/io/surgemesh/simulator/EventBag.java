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

  // Time and order of each event side by side, as they are written together.
  private long[] keys = NOTHING;
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
    if (size == events.length) {
      int capacity = Math.max(CAPACITY_INITIAL, Math.multiplyExact(size, 2));
      keys = Arrays.copyOf(keys, Math.multiplyExact(capacity, 2));
      events = Arrays.copyOf(events, capacity);
    }
    keys[2 * size] = atNanos;
    keys[2 * size + 1] = order;
    events[size++] = event;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns the earliest time of all; {@link Long#MAX_VALUE} when there is none. */
  long earliestNanos() {
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      earliest = Math.min(earliest, keys[2 * i]);
    }
    return earliest;
  }

  /** Removes all and hands each to {@code taker}, which may put it back. */
  void drain(Taker taker) {
    int count = size;
    long[] itsKeys = keys;
    @Nullable Event[] itsEvents = events;
    keys = NOTHING;
    events = NO_EVENTS;
    size = 0;
    for (int i = 0; i < count; i++) {
      Event event = itsEvents[i];
      itsEvents[i] = null;
      if (event == null) {
        throw new AssertionError("empty slot " + i + " of " + count);
      }
      taker.take(itsKeys[2 * i], itsKeys[2 * i + 1], event);
    }
    // Room that a burst has left goes, or each of many bags would keep it.
    int used = Math.max(CAPACITY_INITIAL, ROOM_FACTOR * count);
    if (size == 0 && itsEvents.length <= Math.min(capacityKept, used)) {
      keys = itsKeys;
      events = itsEvents;
    }
  }
}
