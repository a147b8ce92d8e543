package io.surgemesh.machine;

/** A task armed on a {@link Loop}. Confined to that loop. */
@FunctionalInterface
public interface Timer {
  /** Keeps the task from running; does nothing when it already ran. */
  void cancel();
}
