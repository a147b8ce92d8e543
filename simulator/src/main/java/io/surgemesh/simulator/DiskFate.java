package io.surgemesh.simulator;

/** What becomes of a peer's disk when its process dies. */
public enum DiskFate {
  /** Everything written stays. */
  KEPT,
  /** What was synced stays; of the last write some part. */
  TORN,
  /** Nothing stays. */
  LOST
}
