package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who must not be grafted, and must not graft us, until when (gossipsub v1.1 spec, Prune Backoff).
 *
 * <p>Bounded; past that the one set longest ago is forgotten.
 */
final class Backoffs {
  /** The shortest and longest backoff taken from a peer, in seconds. */
  static final long SECONDS_MIN = 1;

  static final long SECONDS_MAX = 3600;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private record Place(String topic, PeerId peer) {}

  private record Backoff(long setNanos, long untilNanos) {}

  private final Map<Place, Backoff> places = new LinkedHashMap<>();
  private final int countMax;

  // No backoff ends before this: they are asked for at each heartbeat, and most last a minute.
  private long earliestNanos = Long.MAX_VALUE;

  Backoffs(int countMax) {
    this.countMax = countMax;
  }

  /**
   * Returns what a peer asked for as nanoseconds within bounds.
   *
   * @param seconds unsigned; 0 when it did not say
   * @param unsaidNanos the answer then
   */
  static long clampedNanos(long seconds, long unsaidNanos) {
    if (seconds == 0) {
      return unsaidNanos;
    }
    boolean tooLong = Long.compareUnsigned(seconds, SECONDS_MAX) > 0;
    return NANOS_PER_SECOND * (tooLong ? SECONDS_MAX : Math.max(seconds, SECONDS_MIN));
  }

  /** Sets a backoff; one that ends later stays. */
  void set(String topic, PeerId peer, long nowNanos, long lengthNanos) {
    Place place = new Place(topic, peer);
    Backoff present = places.remove(place);
    long until = nowNanos + lengthNanos;
    long latest = present == null ? until : Math.max(until, present.untilNanos);
    places.put(place, new Backoff(nowNanos, latest));
    earliestNanos = Math.min(earliestNanos, latest);
    if (places.size() > countMax) {
      Iterator<Place> oldest = places.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean holds(String topic, PeerId peer, long nowNanos) {
    Backoff backoff = places.get(new Place(topic, peer));
    return backoff != null && backoff.untilNanos > nowNanos;
  }

  /** Returns whether the backoff was set less than {@code spanNanos} ago. */
  boolean isYoungerThan(String topic, PeerId peer, long spanNanos, long nowNanos) {
    Backoff backoff = places.get(new Place(topic, peer));
    return backoff != null && nowNanos - backoff.setNanos < spanNanos;
  }

  void expire(long nowNanos) {
    if (earliestNanos > nowNanos) {
      return;
    }
    places.values().removeIf(backoff -> backoff.untilNanos <= nowNanos);
    earliestNanos = Long.MAX_VALUE;
    for (Backoff backoff : places.values()) {
      earliestNanos = Math.min(earliestNanos, backoff.untilNanos);
    }
  }

  int size() {
    return places.size();
  }
}
