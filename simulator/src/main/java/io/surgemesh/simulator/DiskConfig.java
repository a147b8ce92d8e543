package io.surgemesh.simulator;

import java.time.Duration;

/**
 * How fast simulated disks are. Each sync draws its time evenly from the range.
 *
 * @param syncMin shortest time of a sync; not negative
 * @param syncMax longest time of a sync; not below {@code syncMin}
 */
public record DiskConfig(Duration syncMin, Duration syncMax) {
  /** Checks the range. */
  public DiskConfig {
    if (syncMin.isNegative() || syncMax.compareTo(syncMin) < 0) {
      throw new IllegalArgumentException("sync takes " + syncMin + " to " + syncMax);
    }
  }

  /** Returns syncs that take no time at all. */
  public static DiskConfig instant() {
    return new DiskConfig(Duration.ZERO, Duration.ZERO);
  }

  /** Returns whether no sync takes any time. */
  public boolean isInstant() {
    return syncMax.isZero();
  }

  /** Returns syncs of 1 to 5 ms, as of a solid-state disk that is not idle. */
  public static DiskConfig defaults() {
    return new DiskConfig(Duration.ofMillis(1), Duration.ofMillis(5));
  }
}
