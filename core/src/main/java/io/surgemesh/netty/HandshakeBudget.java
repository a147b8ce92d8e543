package io.surgemesh.netty;

import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many handshakes each place may begin without finishing them: {@value #BURST} at once, and one
 * more each {@link #EVERY_NANOS}.
 *
 * <p>A handshake costs this side some key agreements and whoever begins it nothing. One that is
 * finished is given back, so that only those that lead nowhere count, from near addresses too.
 * Remembers {@value #GROUPS_MAX} places; at the bound the one seen longest ago is forgotten. Not
 * thread-safe.
 */
final class HandshakeBudget {
  static final int BURST = 256;
  static final long EVERY_NANOS = Duration.ofMillis(20).toNanos();
  static final int GROUPS_MAX = 4096;

  private final Map<Bytes, Long> spentUntilNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Long> eldest) {
          return size() > GROUPS_MAX;
        }
      };

  /** Counts a handshake that begins; false when there were too many. */
  boolean begin(Bytes group, long nowNanos) {
    long spent = Math.max(spentUntilNanos.getOrDefault(group, nowNanos), nowNanos) + EVERY_NANOS;
    if (spent - nowNanos > BURST * EVERY_NANOS) {
      return false;
    }
    spentUntilNanos.put(group, spent);
    return true;
  }

  /** A handshake is finished. */
  void finished(Bytes group) {
    spentUntilNanos.computeIfPresent(group, (same, spent) -> spent - EVERY_NANOS);
  }
}
