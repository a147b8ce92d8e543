package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;

/**
 * A query of a lookup that is neither answered nor given up.
 *
 * @param slowNanos from when on it no longer counts among alpha
 * @param patienceNanos until when it is waited for where too few others have answered
 * @param deadlineNanos when it is given up
 */
record InFlight(PeerId peer, long slowNanos, long patienceNanos, long deadlineNanos) {
  /**
   * Returns a query sent now.
   *
   * @param nanos how long it should take at most
   * @param queryNanos how long it may take
   */
  static InFlight of(PeerId peer, long nanos, long queryNanos, long nowNanos) {
    long patientNanos = Math.min(Lookup.PATIENCE * nanos, queryNanos);
    return new InFlight(peer, nowNanos + nanos, nowNanos + patientNanos, nowNanos + queryNanos);
  }
}
