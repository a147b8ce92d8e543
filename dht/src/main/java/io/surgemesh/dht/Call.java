package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;

/**
 * One query in flight.
 *
 * @param search for which search, {@link #PROBE} for none; less than that for a value being put
 * @param peer whom it asks
 */
record Call(long search, PeerId peer) {
  /** The number of no search: the peer is asked only whether it is there. */
  static final long PROBE = 0;

  /** Returns whether this brings a value, rather than asking for something. */
  boolean isPut() {
    return search < PROBE;
  }
}
