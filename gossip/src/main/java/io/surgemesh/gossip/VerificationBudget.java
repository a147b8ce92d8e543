package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many signatures may be verified on behalf of each peer: a token bucket apiece.
 *
 * <p>Verifying is the dearest thing that a stranger can make us do. At most {@value #PEERS_MAX}
 * buckets; past that the one used longest ago is forgotten.
 */
final class VerificationBudget {
  static final int PEERS_MAX = 1024;

  /** Tokens left at a time, in nanoseconds of saving up. */
  private record Bucket(long savedNanos, long atNanos) {}

  private final Map<PeerId, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Bucket> eldest) {
          return size() > PEERS_MAX;
        }
      };
  private final long costNanos;
  private final long savedNanosMax;

  VerificationBudget(int perSecond, int burst) {
    this.costNanos = Math.max(1, 1_000_000_000L / perSecond);
    this.savedNanosMax = costNanos * burst;
  }

  /** Forgets buckets that are full again, which is how a new one begins. */
  private void forgetFull(long nowNanos) {
    Iterator<Bucket> longestUnused = buckets.values().iterator();
    while (longestUnused.hasNext()) {
      Bucket bucket = longestUnused.next();
      if (bucket.savedNanos + (nowNanos - bucket.atNanos) < savedNanosMax) {
        return;
      }
      longestUnused.remove();
    }
  }

  /** Takes one token of a peer; false when it has none. */
  boolean take(PeerId peer, long nowNanos) {
    Bucket bucket = buckets.get(peer);
    long saved =
        bucket == null
            ? savedNanosMax
            : Math.min(savedNanosMax, bucket.savedNanos + (nowNanos - bucket.atNanos));
    boolean enough = saved >= costNanos;
    buckets.put(peer, new Bucket(enough ? saved - costNanos : saved, nowNanos));
    forgetFull(nowNanos);
    return enough;
  }
}
