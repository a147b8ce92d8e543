package io.surgemesh.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bags of pending events, one per slot of time, for the slots ahead of the present one.
 *
 * <p>Which time a slot is follows from its number: its events are due in {@code [number << bits,
 * (number + 1) << bits)} nanoseconds.
 */
final class EventWheel {
  private final int bits;
  private final EventBag[] bags;
  // What is due in slots past this one and before the end may be added.
  private long present;
  private long end;

  /**
   * Creates a wheel at time 0.
   *
   * @param bits the binary logarithm of a slot's nanoseconds
   * @param slots how many there are, a power of 2
   */
  EventWheel(int bits, int slots) {
    this.bits = bits;
    this.bags = new EventBag[slots];
    Arrays.setAll(bags, i -> new EventBag());
    this.end = slots;
  }

  /** Returns whether something due then has its place before or in the present slot. */
  boolean hasReached(long atNanos) {
    return atNanos >> bits <= present;
  }

  /** Adds an event that is due past the present slot; returns false when that is past the end. */
  boolean add(long atNanos, long order, Event event) {
    long slot = atNanos >> bits;
    if (slot >= end) {
      return false;
    }
    bags[(int) (slot & (bags.length - 1))].add(atNanos, order, event);
    return true;
  }

  /**
   * Moves on to the next slot that holds events; returns null, at the last slot, when none does.
   */
  @Nullable EventBag advance() {
    while (present + 1 < end) {
      EventBag next = bags[(int) (++present & (bags.length - 1))];
      if (!next.isEmpty()) {
        return next;
      }
    }
    return null;
  }

  /** Returns when the present slot begins. */
  long presentNanos() {
    return present << bits;
  }

  /**
   * Goes on from another time, when all bags are empty.
   *
   * @param firstNanos when the first slot begins that events can be added to
   * @param slots how many slots there are from then on, at most those of the wheel
   */
  void moveTo(long firstNanos, int slots) {
    present = (firstNanos >> bits) - 1;
    end = present + 1 + slots;
  }

  void drainTo(EventBag target) {
    for (EventBag bag : bags) {
      bag.drain(target::add);
    }
  }
}
