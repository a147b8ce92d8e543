package io.surgemesh.hostbench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Uses a share of a processor and does nobody any harm, until its stdin ends. */
@Command(name = "burn")
final class Burner implements Callable<Integer> {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int SPINS = 10_000;

  @Option(names = "--share", defaultValue = "0.5")
  private double share = 0.5;

  @Override
  public Integer call() {
    OurPeer.tell("burning");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begunNanos = System.nanoTime();
    long begunCpuNanos = threads.getCurrentThreadCpuTime();
    StdinEnd end = StdinEnd.watch();
    while (!end.isReached()) {
      long usedNanos = threads.getCurrentThreadCpuTime() - begunCpuNanos;
      if (usedNanos < share * (System.nanoTime() - begunNanos)) {
        for (int i = 0; i < SPINS; i++) {
          Thread.onSpinWait();
        }
      } else {
        LockSupport.parkNanos(REST_NANOS);
      }
    }
    return CommandLine.ExitCode.OK;
  }
}
