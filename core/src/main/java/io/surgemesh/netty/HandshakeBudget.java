package io.surgemesh.netty;

import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many handshakes each place may begin without finishing them: {@value #BURST} at once, as many
 * as hosts take connections, and one more each {@link #EVERY_NANOS}.
 *
 * <p>A handshake costs this side some key agreements and whoever begins it nothing. One that is
 * finished is given back, so that only those that lead nowhere count, from near addresses too. A
 * connection that is closed for its peer's misbehaviour counts as {@value #FAULT_COST} of them, as
 * does a handshake in which something forged had to be reckoned with: a new identity costs nothing,
 * so the place has to wait instead of the peer. Remembers {@value #GROUPS_MAX} places; at the bound
 * the one seen longest ago is forgotten. Not thread-safe.
 */
final class HandshakeBudget {
  static final int BURST = 192;
  static final long EVERY_NANOS = Duration.ofMillis(50).toNanos();
  static final int FAULT_COST = 48;
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

  /** A connection from there was closed for what its peer did. */
  void misbehaved(Bytes group, long nowNanos) {
    long spent = Math.max(spentUntilNanos.getOrDefault(group, nowNanos), nowNanos);
    long most = nowNanos + BURST * EVERY_NANOS;
    // However many there were, the next fault is as far away as this one was.
    spentUntilNanos.put(group, Math.min(spent, most) + FAULT_COST * EVERY_NANOS);
  }

  /** A handshake is finished. */
  void finished(Bytes group) {
    spentUntilNanos.computeIfPresent(group, (same, spent) -> spent - EVERY_NANOS);
  }
}
