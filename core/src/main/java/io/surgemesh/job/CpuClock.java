package io.surgemesh.job;

import java.lang.management.ManagementFactory;

/** How much processor time the calling thread has used. */
final class CpuClock {
  private final boolean measures;

  CpuClock(boolean measures) {
    this.measures = measures;
  }

  /** Returns nanoseconds; always 0 when it does not measure or the platform cannot. */
  long threadNanos() {
    if (!measures) {
      return 0;
    }
    try {
      return Math.max(0, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    } catch (UnsupportedOperationException unsupported) {
      return 0;
    }
  }
}
