package io.surgemesh.simulator;

/** What becomes of a node's disk when the node crashes. What was synced outlives all but a loss. */
public enum DiskFate {
  /** The process dies and the disk stays: a write under way is there whole, or not at all. */
  KEPT,
  /** The power fails: of a write under way any part may be missing or garbled. */
  TORN,
  /** The disk is gone, and an empty one in its place. The node's key is kept elsewhere. */
  LOST
}
