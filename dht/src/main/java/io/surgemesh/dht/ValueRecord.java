package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.time.Instant;
import java.util.Optional;

/**
 * A value and its key as they travel (libp2p kad-dht r2, RPC messages, Record).
 *
 * @param received when whoever holds it got it, as it says; nothing follows from it
 */
record ValueRecord(Bytes key, Bytes value, Optional<Instant> received) {
  /** Returns a record of no known time. */
  static ValueRecord of(Bytes key, Bytes value) {
    return new ValueRecord(key, value, Optional.empty());
  }
}
