package io.surgemesh.simulator;

/** Told of the faults of a plan as they come and go, between two events of the simulation. */
public interface FaultListener {
  /** A fault is about to begin. */
  default void onBegin(Fault fault) {}

  /** A fault is over; a peer that crashed is being started again. */
  default void onEnd(Fault fault) {}
}
