package io.surgemesh.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** Measures what is reachable on the heap of this JVM. */
final class LiveHeap {
  private static final int COLLECTIONS = 3;

  private LiveHeap() {}

  /** Returns the bytes in use after garbage collections: the least of a few, each a full one. */
  static long bytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
