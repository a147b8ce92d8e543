package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The queries in flight, and how long those took that were answered.
 *
 * <p>A query that no search waits for any more, but that should have been answered, goes on: how it
 * ends tells whether its peer is there. At most {@value #LATE_MAX} do; further ones are given up.
 * All others are bounded by the searches.
 */
final class Calls {
  /** The most queries that go on for no search. */
  static final int LATE_MAX = 64;

  private final Map<Call, Long> sentNanos = new LinkedHashMap<>(4);
  private final Set<Call> late = new LinkedHashSet<>(4);
  private long typical = RoundTrips.UNKNOWN;

  void onSent(Call call, long nowNanos) {
    sentNanos.put(call, nowNanos);
  }

  /** No search waits for a query any more; returns whether it goes on all the same. */
  boolean mayGoOn(Call call) {
    return late.size() < LATE_MAX && late.add(call);
  }

  /** A query is given up. */
  void onCancelled(Call call) {
    sentNanos.remove(call);
  }

  /** A query failed. */
  void onFailed(Call call) {
    sentNanos.remove(call);
    late.remove(call);
  }

  /** A query was answered; returns how long that took, 0 when nobody knows. */
  long onAnswered(Call call, long nowNanos) {
    Long sent = sentNanos.remove(call);
    late.remove(call);
    if (sent == null) {
      return 0;
    }
    long tookNanos = Math.max(1, nowNanos - sent);
    typical = RoundTrips.afterAnother(typical, tookNanos);
    return tookNanos;
  }

  /** Returns what is known of the queries of all peers together, as {@link RoundTrips}. */
  long typical() {
    return typical;
  }

  /** Returns whether a query of a peer is in flight, so that its answer will come. */
  boolean isAsking(PeerId peer) {
    for (Call call : sentNanos.keySet()) {
      if (call.peer().equals(peer)) {
        return true;
      }
    }
    return false;
  }

  /** Returns how many queries are in flight. */
  int size() {
    return sentNanos.size();
  }
}
