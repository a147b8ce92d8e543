package io.surgemesh.hostbench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Uses as much of a processor as an attacker does, slice by slice, and does nobody any harm, until
 * its stdin ends.
 */
@Command(name = "burn")
final class Burner implements Callable<Integer> {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int SPINS = 10_000;

  /**
   * A processor that all want is shared by threads. With few of them the honest peer would be given
   * more of it here than beside the attacker, whose threads are more than two.
   */
  private static final int THREADS = 8;

  /** Processor time of each slice, in order and again and again. */
  @Option(names = "--cpu", split = ",")
  private List<Long> cpuNanos = List.of(250_000_000L);

  /** How long each slice takes. */
  @Option(names = "--slices", split = ",")
  private List<Long> sliceNanos = List.of(500_000_000L);

  @Override
  public Integer call() {
    OurPeer.tell("burning");
    StdinEnd end = StdinEnd.watch();
    long begunNanos = System.nanoTime();
    for (int i = 1; i < THREADS; i++) {
      Thread other = new Thread(() -> burn(begunNanos, end), "burner-" + i);
      other.setDaemon(true);
      other.start();
    }
    burn(begunNanos, end);
    return CommandLine.ExitCode.OK;
  }

  private void burn(long begunNanos, StdinEnd end) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nextNanos = begunNanos;
    for (int slice = 0; !end.isReached(); slice = (slice + 1) % sliceNanos.size()) {
      long fromNanos = nextNanos;
      long lengthNanos = sliceNanos.get(slice);
      nextNanos = fromNanos + lengthNanos;
      double share = cpuNanos.get(slice) / (double) lengthNanos / THREADS;
      long begunCpuNanos = threads.getCurrentThreadCpuTime();
      while (System.nanoTime() - nextNanos < 0 && !end.isReached()) {
        long usedNanos = threads.getCurrentThreadCpuTime() - begunCpuNanos;
        if (usedNanos < share * (System.nanoTime() - fromNanos)) {
          for (int i = 0; i < SPINS; i++) {
            Thread.onSpinWait();
          }
        } else {
          LockSupport.parkNanos(REST_NANOS);
        }
      }
    }
  }
}
