package io.surgemesh.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens at one moment of virtual time.
 *
 * <p>A class, whose fields are read without a call: most events lie far from each other in memory,
 * and a processor fetches several at once only where it need not know first which kind they are.
 */
abstract class Event {
  private final @Nullable VirtualLoop loop;
  private boolean cancelled;

  /**
   * Creates an event.
   *
   * @param loop it happens on, which drops it once stopped; null for the network itself
   */
  Event(@Nullable VirtualLoop loop) {
    this.loop = loop;
  }

  /** Makes it happen. An exception is a bug and ends the run. */
  abstract void fire();

  final @Nullable VirtualLoop loop() {
    return loop;
  }

  /** Returns whether it is not to happen any more. */
  final boolean isCancelled() {
    return cancelled;
  }

  final void setCancelled() {
    cancelled = true;
  }
}
