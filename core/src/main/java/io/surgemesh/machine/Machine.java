package io.surgemesh.machine;

import org.jspecify.annotations.Nullable;

/**
 * A protocol as a plain object without thread, clock, socket, future, listener or randomness of its
 * own.
 *
 * <p>Inputs are methods of the implementing class, one per event, each ending in {@code long
 * nowNanos}. Outputs are drained with {@link #poll()} after every input. Slow work, such as signing
 * or writing to disk, is an output that a later input answers.
 *
 * <p>A machine is confined to one {@link Loop}. No input that a remote peer can cause makes it
 * throw; an exception thrown here is a bug of ours, and the {@link MachineDriver} reports it once.
 *
 * @param <O> the sealed interface of this machine's outputs
 */
public interface Machine<O> {
  /** The deadline of a machine that waits for nothing. */
  long NEVER = Long.MAX_VALUE;

  /** Returns the next thing to do, or null when there is nothing until the next input. */
  @Nullable O poll();

  /**
   * Returns when {@link #onTimeout} is due in nanoseconds of the loop's clock, or {@link #NEVER}.
   */
  long deadlineNanos();

  /** Tells that the deadline may have passed; calling it early or late does no harm. */
  void onTimeout(long nowNanos);
}
