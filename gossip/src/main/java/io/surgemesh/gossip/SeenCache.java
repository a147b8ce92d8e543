package io.surgemesh.gossip;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which messages were seen, for a fixed time and up to a fixed number.
 *
 * <p>At the bound the oldest is forgotten. Every entry lives equally long, so the order in which
 * they came is the order in which they go.
 */
final class SeenCache {
  /** How much too early a message may be forgotten. */
  private static final long GRAIN_NANOS = 100_000_000L;

  private final Map<MessageKey, Long> untilNanos = new LinkedHashMap<>();
  // Messages seen at about the same time share their time.
  private Long latestUntilNanos = 0L;
  private final int countMax;
  private final long ttlNanos;

  SeenCache(int countMax, long ttlNanos) {
    this.countMax = countMax;
    this.ttlNanos = ttlNanos;
  }

  boolean contains(MessageKey key, long nowNanos) {
    Long until = untilNanos.get(key);
    return until != null && until > nowNanos;
  }

  void add(MessageKey key, long nowNanos) {
    // A key that has expired but is still here would keep its old place in the order.
    untilNanos.remove(key);
    long until = nowNanos + ttlNanos;
    if (until - latestUntilNanos > GRAIN_NANOS || until < latestUntilNanos) {
      latestUntilNanos = until;
    }
    untilNanos.put(key, latestUntilNanos);
    if (untilNanos.size() > countMax) {
      Iterator<MessageKey> oldest = untilNanos.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void forget(MessageKey key) {
    untilNanos.remove(key);
  }

  void expire(long nowNanos) {
    Iterator<Long> oldest = untilNanos.values().iterator();
    while (oldest.hasNext() && oldest.next() <= nowNanos) {
      oldest.remove();
    }
  }

  int size() {
    return untilNanos.size();
  }
}
