package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tells a host which connections to close when there are too many, by its {@link ConnectionLimits}.
 *
 * <p>Looks at all of them once in a while only, since nothing changes quickly when most are in use.
 * Confined to the host's mesh loop.
 */
public final class ConnectionTrimmer {
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final ConnectionLimits limits;
  private final List<Predicate<PeerId>> guards = new ArrayList<>(3);
  private long nextNanos = Long.MIN_VALUE;

  /** Creates a trimmer without guards. */
  public ConnectionTrimmer(ConnectionLimits limits) {
    this.limits = limits;
  }

  /** Adds a rule on which peers are needed. */
  public void addGuard(Predicate<PeerId> isNeeded) {
    guards.add(isNeeded);
  }

  /**
   * Returns whom to disconnect now; call it after each new connection.
   *
   * @param count how many peers are connected
   * @param connected all of them, asked for only when needed
   */
  public List<PeerId> surplus(
      int count, Supplier<List<ConnectionLimits.Candidate>> connected, long nowNanos) {
    if (count <= limits.high() || nowNanos < nextNanos) {
      return List.of();
    }
    nextNanos = nowNanos + LOOK_NANOS;
    return limits.surplus(connected.get(), this::isNeeded, nowNanos);
  }

  private boolean isNeeded(PeerId peer) {
    for (Predicate<PeerId> guard : guards) {
      if (guard.test(peer)) {
        return true;
      }
    }
    return false;
  }
}
