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
  private final Map<MessageKey, Long> untilNanos = new LinkedHashMap<>();
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
    untilNanos.put(key, nowNanos + ttlNanos);
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
