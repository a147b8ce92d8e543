package io.surgemesh.simulator;

import java.time.Duration;

/**
 * How long bytes take from one node to another.
 *
 * <p>A function of its arguments alone, in integer arithmetic, so that the order of asking does not
 * change a run.
 */
@FunctionalInterface
public interface LatencyModel {
  /**
   * Returns the one-way latency in nanoseconds; not negative.
   *
   * @param from index of the sending node
   * @param to index of the receiving node
   * @param draw 64 random bits of this frame for jitter; 0 asks for the latency without jitter
   */
  long oneWayNanos(int from, int to, long draw);

  /**
   * Returns this model with jitter added, drawn evenly for each frame.
   *
   * @param max most that a single frame is late
   */
  default LatencyModel withJitter(Duration max) {
    return new JitteredLatency(this, max.toNanos());
  }

  /**
   * Returns a model that draws each ordered pair's latency evenly from a range, plus jitter.
   *
   * @param seed decides every draw
   * @param min shortest latency of a pair
   * @param max longest latency of a pair
   * @param jitterMax most that a single frame is late
   */
  static LatencyModel drawn(long seed, Duration min, Duration max, Duration jitterMax) {
    return new DrawnLatency(seed, min.toNanos(), max.toNanos(), jitterMax.toNanos());
  }

  /** Returns a model in which everything takes {@code latency}. */
  static LatencyModel constant(Duration latency) {
    return new DrawnLatency(0, latency.toNanos(), latency.toNanos(), 0);
  }
}
