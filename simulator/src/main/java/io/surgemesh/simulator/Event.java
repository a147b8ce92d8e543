package io.surgemesh.simulator;

import org.jspecify.annotations.Nullable;

/** Something that happens at one moment of virtual time. */
interface Event {
  /** Returns the loop it happens on, which drops it once stopped; null for the network itself. */
  @Nullable VirtualLoop loop();

  /** Makes it happen. An exception is a bug and ends the run. */
  void fire();

  /** Returns whether it is not to happen any more. */
  default boolean isCancelled() {
    return false;
  }
}
