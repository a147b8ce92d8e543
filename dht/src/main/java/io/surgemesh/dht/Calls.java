package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  private static final class Sent {
    private final long nanos;
    private boolean late;

    Sent(long nanos) {
      this.nanos = nanos;
    }
  }

  private final Map<Call, Sent> sent = new OrderedMap<>();
  private int late;
  private long typical = RoundTrips.UNKNOWN;

  void onSent(Call call, long nowNanos) {
    forget(sent.put(call, new Sent(nowNanos)));
  }

  /** No search waits for a query any more; returns whether it goes on all the same. */
  boolean mayGoOn(Call call) {
    Sent its = sent.get(call);
    if (its == null || its.late || late == LATE_MAX) {
      return false;
    }
    its.late = true;
    late++;
    return true;
  }

  /** A query is given up, or failed. */
  void onFailed(Call call) {
    forget(sent.remove(call));
  }

  /** A query was answered; returns how long that took, 0 when nobody knows. */
  long onAnswered(Call call, long nowNanos) {
    Sent its = sent.remove(call);
    if (its == null) {
      return 0;
    }
    forget(its);
    long tookNanos = Math.max(1, nowNanos - its.nanos);
    typical = RoundTrips.afterAnother(typical, tookNanos);
    return tookNanos;
  }

  private void forget(@Nullable Sent its) {
    late -= its != null && its.late ? 1 : 0;
  }

  /** Returns what is known of the queries of all peers together, as {@link RoundTrips}. */
  long typical() {
    return typical;
  }

  /** Returns whether a query of a peer is in flight, so that its answer will come. */
  boolean isAsking(PeerId peer) {
    for (Call call : sent.keySet()) {
      if (call.peer().equals(peer)) {
        return true;
      }
    }
    return false;
  }
}
