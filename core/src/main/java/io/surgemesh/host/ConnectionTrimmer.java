package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tells a host which connections to close when there are too many, by its {@link ConnectionLimits}.
 *
 * <p>Looks at all of them once in a while only, since nothing changes quickly when most are in use.
 * Confined to the host's mesh loop, but for {@link #protect} and {@link #unprotect}.
 */
public final class ConnectionTrimmer {
  /** The most pairs of a peer and a tag that protect it. */
  public static final int PROTECTIONS_MAX = 1024;

  private static final long LOOK_NANOS = 1_000_000_000L;

  private final ConnectionLimits limits;
  private final List<Predicate<PeerId>> guards = new ArrayList<>(3);
  private final TreeSet<Protection> protections = new TreeSet<>(Protection.ORDER);
  private long nextNanos = Long.MIN_VALUE;

  private record Protection(PeerId peer, String tag) {
    private static final Comparator<Protection> ORDER =
        Comparator.comparing(Protection::peer).thenComparing(Protection::tag);
  }

  /** Creates a trimmer without guards. */
  public ConnectionTrimmer(ConnectionLimits limits) {
    this.limits = limits;
  }

  /** Adds a rule on which peers are needed. */
  public void addGuard(Predicate<PeerId> isNeeded) {
    guards.add(isNeeded);
  }

  /**
   * Protects a peer until each of its tags is taken back.
   *
   * @return false, and nothing is done, at the bound of {@value #PROTECTIONS_MAX}
   */
  public synchronized boolean protect(PeerId peer, String tag) {
    Protection protection = new Protection(peer, tag);
    return protections.contains(protection)
        || (protections.size() < PROTECTIONS_MAX && protections.add(protection));
  }

  /** Takes back one tag of a peer; does nothing when it has not that one. */
  public synchronized void unprotect(PeerId peer, String tag) {
    protections.remove(new Protection(peer, tag));
  }

  private synchronized boolean isProtected(PeerId peer) {
    if (protections.isEmpty()) {
      return false;
    }
    Protection first = protections.ceiling(new Protection(peer, ""));
    return first != null && first.peer.equals(peer);
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
    return isProtected(peer);
  }
}
