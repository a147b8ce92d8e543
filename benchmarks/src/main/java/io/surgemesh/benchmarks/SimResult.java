package io.surgemesh.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one simulated mesh did and cost.
 *
 * @param window how long the mix was counted, in virtual time
 * @param heapBytes live heap after the mix, less that before the first peer
 * @param traceHash over all that was delivered from the first peer to the end
 * @param warmUp the work before counting began
 * @param counted the work of the window
 */
record SimResult(
    int peers,
    long seed,
    Duration window,
    Cost cost,
    long heapBytes,
    String traceHash,
    List<Tally> warmUp,
    List<Tally> counted) {
  private static final int EVENTS_TARGET = 1_000_000;
  private static final int BYTES_TARGET = 80_000;
  private static final int SPEED_TARGET = 1_000;

  /**
   * What the window took.
   *
   * @param wallNanos real time
   * @param cpuNanos processor time of the one thread that simulates
   * @param delivered lines of the trace: frames delivered, connections made, dials failed
   * @param loopEvents whatever happened on a loop: frames, deadlines, and tasks handed to it
   */
  record Cost(long wallNanos, long cpuNanos, long delivered, long loopEvents) {
    double wallSeconds() {
      return wallNanos / 1e9;
    }
  }

  /** Returns whether every lookup, offer and job ended well, those of the warm-up too. */
  boolean isWhole() {
    return Stream.concat(warmUp.stream(), counted.stream())
        .allMatch(tally -> tally.notDoneCount() == 0);
  }

  double virtualSeconds() {
    return window.toNanos() / 1e9;
  }

  List<Metric> metrics() {
    double speed = virtualSeconds() / cost.wallSeconds();
    return List.of(
        new Metric(
            "sim.events",
            Math.round(cost.delivered() / cost.wallSeconds()),
            "frames/s",
            "frames delivered per second of wall time, one thread; deadlines entering machines are"
                + " not counted, so a lower bound; messages encoded and decoded, real Ed25519;"
                + " target: 10000 peers",
            EVENTS_TARGET,
            false),
        new Metric(
            "sim.bytes",
            Math.round((double) heapBytes / peers),
            "bytes/peer",
            "live heap after the mix less that before the first peer, per peer; target: 100000"
                + " peers",
            BYTES_TARGET,
            true),
        new Metric(
            "sim.speed#no-faults",
            Math.round(speed * 10) / 10.0,
            "virtual s/real s",
            "real time; no faults, real Ed25519; target: 100 peers, whole fault mix, signature"
                + " stand-in",
            SPEED_TARGET,
            false));
  }
}
