package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;

/**
 * A record that this peer held in an earlier life.
 *
 * @param sender who sent it
 * @param message what it was
 * @param restNanos how long it is still to be kept
 * @param isOwn whether it is a value that this peer put, and puts again
 */
record RestoredRecord(PeerId sender, KadMessage message, long restNanos, boolean isOwn) {
  /** Creates a record held for another peer. */
  RestoredRecord(PeerId sender, KadMessage message, long restNanos) {
    this(sender, message, restNanos, false);
  }
}
