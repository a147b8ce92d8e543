package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.RateLimit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many values that others put are validated: {@value #PER_SECOND} a second and {@value #BURST}
 * at once; of one sender {@value #SENDER_PER_SECOND} a second and {@value #SENDER_BURST} at once,
 * as many as are kept of a peer.
 *
 * <p>A validator may take some milliseconds of the mesh loop, and sending it a value takes nothing.
 * A sender is an IP group, or a peer that is in none. Remembers {@value #SENDERS_MAX} of them; at
 * the bound the one seen longest ago is forgotten, so that only what holds for all still does.
 */
final class ValidationBudget {
  static final int PER_SECOND = 64;
  static final int BURST = 256;
  static final int SENDER_PER_SECOND = 8;
  static final int SENDER_BURST = 64;
  static final int SENDERS_MAX = 1024;

  // Most peers are never sent a value, and then there is neither.
  private @Nullable RateLimit all;
  private @Nullable Map<Object, RateLimit> bySender;

  /** Counts a validation; false when there were too many. */
  boolean allows(PeerId from, int group, long nowNanos) {
    if (all == null || bySender == null) {
      all = new RateLimit(PER_SECOND, BURST);
      bySender = new BySender();
    }
    Object sender = group == IpGroups.NONE ? from : group;
    return bySender
            .computeIfAbsent(sender, unused -> new RateLimit(SENDER_PER_SECOND, SENDER_BURST))
            .allows(nowNanos)
        && all.allows(nowNanos);
  }

  /** In the order in which they were seen. */
  private static final class BySender extends LinkedHashMap<Object, RateLimit> {
    private static final long serialVersionUID = 1L;

    BySender() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Object, RateLimit> eldest) {
      return size() > SENDERS_MAX;
    }
  }
}
