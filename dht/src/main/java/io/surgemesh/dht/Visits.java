package io.surgemesh.dht;

import java.util.Arrays;

/**
 * When a search led into each bucket of the routing table last, whatever it was for: there is no
 * need to search in it soon again only to meet its peers.
 */
final class Visits {
  private static final long NEVER_VISITED = Long.MIN_VALUE;

  // By bucket, at most as many as a key has bits; most have searched in the first dozen alone.
  private long[] nanos = new long[0];
  // Of searches for the own id, which lead past all buckets.
  private long ownNanos = NEVER_VISITED;

  void onSearch(int bucket, long nowNanos) {
    if (bucket == Key.BITS) {
      ownNanos = nowNanos;
      return;
    }
    if (bucket >= nanos.length) {
      int known = nanos.length;
      nanos = Arrays.copyOf(nanos, bucket + 1);
      Arrays.fill(nanos, known, nanos.length, NEVER_VISITED);
    }
    nanos[bucket] = nowNanos;
  }

  /** Returns whether a search led into one bucket before one led into another, or none ever did. */
  boolean isBefore(int bucket, int other) {
    return last(bucket) < last(other);
  }

  private long last(int bucket) {
    if (bucket == Key.BITS) {
      return ownNanos;
    }
    return bucket < nanos.length ? nanos[bucket] : NEVER_VISITED;
  }

  boolean isVisitedSince(int bucket, long sinceNanos) {
    return last(bucket) > sinceNanos;
  }
}
