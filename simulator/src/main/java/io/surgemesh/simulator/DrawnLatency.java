package io.surgemesh.simulator;

/**
 * Latency drawn per ordered pair from an even range, computed anew each time: no pair is stored.
 */
record DrawnLatency(long seed, long minNanos, long maxNanos, long jitterMaxNanos)
    implements LatencyModel {
  DrawnLatency {
    if (minNanos < 0 || maxNanos < minNanos || jitterMaxNanos < 0) {
      throw new IllegalArgumentException(
          "latency from " + minNanos + " to " + maxNanos + " ns, jitter " + jitterMaxNanos);
    }
  }

  @Override
  public long oneWayNanos(int from, int to, long draw) {
    long pair = Mix.mix(seed, ((long) from << 32) | to);
    long jitterNanos = draw == 0 ? 0 : Mix.below(jitterMaxNanos + 1, Mix.mix(draw));
    return minNanos + Mix.below(maxNanos - minNanos + 1, pair) + jitterNanos;
  }
}
