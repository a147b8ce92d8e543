package io.surgemesh.benchmarks;

import java.util.List;

/**
 * What lookups took.
 *
 * @param tookNanos of every one that found its peer, ascending
 * @param directNanos a round trip of asker and peer of each of those, ascending: the floor
 * @param count how many there were
 * @param medianRoundTripNanos between two live peers
 * @param queries of one, mean
 * @param rounds of one, mean: queries one after the other up to the answer of the peer itself
 */
record LookupFigures(
    List<Long> tookNanos,
    List<Long> directNanos,
    int count,
    long medianRoundTripNanos,
    double queries,
    double rounds) {
  /** Returns a quantile of those that found their peer, in multiples of the round trip. */
  double multiple(double quantile) {
    return multiple(tookNanos, quantile);
  }

  /** Returns the same quantile of the round trips between who asked and who was found. */
  double direct(double quantile) {
    return multiple(directNanos, quantile);
  }

  /** Returns a quantile of times in ascending order, in multiples of the round trip. */
  double multiple(List<Long> nanos, double quantile) {
    int index = (int) Math.ceil(quantile * nanos.size()) - 1;
    return nanos.isEmpty()
        ? Double.NaN
        : (double) nanos.get(Math.max(0, index)) / medianRoundTripNanos;
  }

  /** Returns the share that found its peer. */
  double found() {
    return (double) tookNanos.size() / count;
  }
}
