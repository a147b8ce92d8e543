package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;

/**
 * A peer not heard of for a while.
 *
 * @param goneChance how likely it is that it has gone, 0 to 1
 * @param seenNanos when it was seen last
 */
record Doubt(PeerId peer, double goneChance, long seenNanos) {
  /** Returns whether this one should be looked after first. */
  boolean isGraverThan(Doubt other) {
    return goneChance > other.goneChance
        || (goneChance == other.goneChance && seenNanos < other.seenNanos);
  }
}
