package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;

/**
 * A record that this peer held in an earlier life.
 *
 * @param sender who sent it
 * @param message what it was
 * @param restNanos how long it is still to be kept
 */
record RestoredRecord(PeerId sender, KadMessage message, long restNanos) {}
