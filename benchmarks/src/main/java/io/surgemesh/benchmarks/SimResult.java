package io.surgemesh.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one simulated mesh did and cost.
 *
 * @param options what was asked for
 * @param heapBytes live heap after the mix, less that before the first peer
 * @param hostilePeers how many there were beside the others in the window
 * @param faults how many there were in the window
 * @param traceHash over all that was delivered from the first peer to the end
 * @param warmUp the work before counting began
 * @param counted the work of the window
 */
record SimResult(
    SimOptions options,
    Cost cost,
    long heapBytes,
    int hostilePeers,
    int faults,
    String traceHash,
    List<Tally> warmUp,
    List<Tally> counted) {
  private static final int EVENTS_TARGET = 1_000_000;
  private static final int EVENTS_ENCODED_TARGET = 300_000;
  private static final int BYTES_TARGET = 80_000;
  private static final int SPEED_TARGET = 1_000;

  /**
   * What the window took.
   *
   * @param wallNanos real time
   * @param cpuNanos processor time of the one thread that simulates
   * @param frames delivered
   * @param deadlines of machines that came
   */
  record Cost(long wallNanos, long cpuNanos, long frames, long deadlines) {
    long events() {
      return frames + deadlines;
    }

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
    return options.window().toNanos() / 1e9;
  }

  List<Metric> metrics() {
    double speed = virtualSeconds() / cost.wallSeconds();
    return List.of(
        new Metric(
            "sim.events" + options.variant() + (options.encoded() ? "#encoded" : ""),
            Math.round(cost.events() / cost.wallSeconds()),
            "events/s",
            "frames delivered and deadlines entering machines per second of wall time, one thread; "
                + options.stated()
                + "; target: 10000 peers",
            options.encoded() ? EVENTS_ENCODED_TARGET : EVENTS_TARGET,
            false),
        new Metric(
            "sim.bytes" + options.variant(),
            Math.round((double) heapBytes / options.peers()),
            "bytes/peer",
            "live heap after the mix less that before the first peer, per "
                + (options.faults() ? "honest peer, hostile ones included" : "peer")
                + "; target: 100000 peers",
            BYTES_TARGET,
            true),
        new Metric(
            options.faults() ? "sim.speed" : "sim.speed#no-faults",
            Math.round(speed * 10) / 10.0,
            "virtual s/real s",
            "real time; "
                + (options.faults()
                    ? "whole fault mix, hostile peers: " + hostilePeers
                    : "no faults")
                + "; target: 100 peers, whole fault mix",
            SPEED_TARGET,
            false));
  }
}
