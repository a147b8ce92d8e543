package io.surgemesh.hostbench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this process has used. */
final class ThisProcess {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ThisProcess() {}

  /** Returns the processor time of all its threads. */
  static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }
}
