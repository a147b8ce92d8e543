package io.surgemesh.benchmarks;

import java.util.List;

/**
 * What one network of peers did.
 *
 * @param tookNanos of every lookup that found its peer, ascending
 * @param directNanos a round trip of asker and peer of each of those, ascending: the floor
 * @param lookups how many there were
 * @param medianRoundTripNanos between two live peers
 * @param queries per lookup
 * @param rounds per lookup: queries one after the other up to the answer of the peer itself
 * @param putNanos of every value put, ascending
 * @param putShare of the k live peers nearest to a value's key, how many of one hold it in the end
 * @param idleKilobits per second and peer
 * @param idleQueries per minute that an idle peer sent
 * @param hintKilobits of these, what was for hints
 * @param hintPeers that a peer knew as hints before some vanished, mean
 * @param connectionsPerMinute that an idle peer made or accepted
 * @param tablePeers in a routing table, mean
 * @param traceHash over all that was delivered
 */
record DhtFigures(
    List<Long> tookNanos,
    List<Long> directNanos,
    int lookups,
    long medianRoundTripNanos,
    double queries,
    double rounds,
    List<Long> putNanos,
    double putShare,
    double idleKilobits,
    double idleQueries,
    double hintKilobits,
    double hintPeers,
    double connectionsPerMinute,
    double tablePeers,
    String traceHash) {
  /** Returns a quantile of the lookups that found their peer, in multiples of the round trip. */
  double multiple(double quantile) {
    return multiple(tookNanos, quantile);
  }

  /** Returns the same quantile of the round trips between who asked and who was found. */
  double direct(double quantile) {
    return multiple(directNanos, quantile);
  }

  /** Returns a quantile of the times of puts, in multiples of the round trip. */
  double put(double quantile) {
    return multiple(putNanos, quantile);
  }

  private double multiple(List<Long> nanos, double quantile) {
    int index = (int) Math.ceil(quantile * nanos.size()) - 1;
    return nanos.isEmpty()
        ? Double.NaN
        : (double) nanos.get(Math.max(0, index)) / medianRoundTripNanos;
  }

  /** Returns the share of the lookups that found their peer. */
  double found() {
    return (double) tookNanos.size() / lookups;
  }
}
