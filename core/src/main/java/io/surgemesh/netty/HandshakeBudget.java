package io.surgemesh.netty;

import io.surgemesh.machine.RateLimit;
import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many handshakes each place may begin without finishing them: {@value #BURST} at once, as many
 * as hosts take connections, and {@value #PER_SECOND} a second more.
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
  static final int PER_SECOND = 20;
  static final int FAULT_COST = 48;
  static final int GROUPS_MAX = 4096;

  private final Map<Bytes, RateLimit> byGroup =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, RateLimit> eldest) {
          return size() > GROUPS_MAX;
        }
      };

  /** Counts a handshake that begins; false when there were too many. */
  boolean begin(Bytes group, long nowNanos) {
    return of(group).allows(nowNanos);
  }

  /** A connection from there was closed for what its peer did. */
  void misbehaved(Bytes group, long nowNanos) {
    // However many there were, the next fault is as far away as this one was.
    of(group).charge(FAULT_COST, nowNanos);
  }

  /** A handshake is finished. */
  void finished(Bytes group) {
    RateLimit limit = byGroup.get(group);
    if (limit != null) {
      limit.giveBack();
    }
  }

  private RateLimit of(Bytes group) {
    return byGroup.computeIfAbsent(group, unused -> new RateLimit(PER_SECOND, BURST));
  }
}
