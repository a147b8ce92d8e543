package io.surgemesh.dht;

import io.surgemesh.machine.RateLimit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many peers may tell this one of themselves: {@value #PEERS_MAX} at once and one a second in
 * the long run, and of one IP group an {@value #GROUP_PART}th of that, so that whoever has one
 * network leaves room for the others.
 *
 * <p>Remembers the groups of which somebody did within about a minute; as all together are limited,
 * they are at most twice {@value #PEERS_MAX}.
 */
final class Introductions {
  static final int PEERS_MAX = 64;

  /** What part of all a group may have. */
  static final int GROUP_PART = 8;

  private final IpGroups ipGroups;
  private final RateLimit all = limit();
  private final Map<Integer, RateLimit> byGroup = new LinkedHashMap<>(0);

  Introductions(IpGroups ipGroups) {
    this.ipGroups = ipGroups;
  }

  private static RateLimit limit() {
    return new RateLimit(1, PEERS_MAX);
  }

  /**
   * Counts one, and returns whether it is within the limits; one beyond does not count.
   *
   * @param group of where the peer is, {@link IpGroups#NONE} when that is in none
   */
  boolean allows(int group, long nowNanos) {
    if (group == IpGroups.NONE || ipGroups.isUnlimited()) {
      return all.allows(nowNanos);
    }
    byGroup.values().removeIf(limit -> limit.isFull(nowNanos));
    RateLimit its = byGroup.getOrDefault(group, limit());
    if (its.left(nowNanos) < GROUP_PART || !all.allows(nowNanos)) {
      return false;
    }
    byGroup.put(group, its);
    return its.allows(GROUP_PART, nowNanos);
  }

  /** Returns how many groups are remembered. */
  int groups() {
    return byGroup.size();
  }
}
