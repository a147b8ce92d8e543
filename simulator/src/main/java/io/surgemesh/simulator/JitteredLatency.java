package io.surgemesh.simulator;

/** Another model's latency, and on top a part of the most jitter that is even for each frame. */
record JitteredLatency(LatencyModel model, long jitterMaxNanos) implements LatencyModel {
  JitteredLatency {
    if (jitterMaxNanos < 0) {
      throw new IllegalArgumentException("jitter of " + jitterMaxNanos + " ns");
    }
  }

  @Override
  public long oneWayNanos(int from, int to, long draw) {
    long jitterNanos = draw == 0 ? 0 : Mix.below(jitterMaxNanos + 1, Mix.mix(draw));
    return model.oneWayNanos(from, to, draw) + jitterNanos;
  }
}
