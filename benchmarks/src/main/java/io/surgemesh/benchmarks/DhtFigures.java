package io.surgemesh.benchmarks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one network of peers did.
 *
 * @param lookups by peers that are all alike or, where some have hints, by those that have none
 * @param hinted lookups by those that have; null where all are alike
 * @param putNanos of every value put, ascending
 * @param putShare of the k live peers nearest to a value's key, how many of one hold it in the end
 * @param idleKilobits per second and peer
 * @param idleQueries per minute that an idle peer sent
 * @param hintKilobits of these, what was for hints
 * @param hintPeers that a peer with hints knew so before some vanished, mean
 * @param connectionsPerMinute that an idle peer made or accepted
 * @param tablePeers in a routing table, mean
 * @param traceHash over all that was delivered
 */
record DhtFigures(
    LookupFigures lookups,
    @Nullable LookupFigures hinted,
    List<Long> putNanos,
    double putShare,
    double idleKilobits,
    double idleQueries,
    double hintKilobits,
    double hintPeers,
    double connectionsPerMinute,
    double tablePeers,
    String traceHash) {
  /** Returns a quantile of the times of puts, in multiples of the round trip. */
  double put(double quantile) {
    return lookups.multiple(putNanos, quantile);
  }
}
