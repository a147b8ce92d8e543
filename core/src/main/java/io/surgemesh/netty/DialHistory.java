package io.surgemesh.netty;

import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses of which peers failed lately, and so are left alone for a while.
 *
 * <p>What is remembered is the address together with the peer expected there: somebody who lies
 * about where a victim is must not keep anybody from whoever really is there. Remembers {@value
 * #PEERS_MAX} peers with {@value #ADDRESSES_MAX} addresses each; at a bound what failed longest ago
 * is forgotten. Confined to the mesh loop.
 */
final class DialHistory {
  static final int PEERS_MAX = 1024;
  static final int ADDRESSES_MAX = 64;

  /** How long an address is left alone after its first failure; doubles with each further one. */
  static final long BACK_OFF_MIN_NANOS = Duration.ofSeconds(1).toNanos();

  static final long BACK_OFF_MAX_NANOS = Duration.ofMinutes(1).toNanos();

  /** How long an address at which somebody else answered is left alone. */
  static final long BAR_NANOS = Duration.ofMinutes(5).toNanos();

  private record Failure(int count, Reason reason, long untilNanos) {
    boolean isBar() {
      return reason == Reason.WRONG_PEER;
    }
  }

  // In order of the last failure.
  private final Map<PeerId, Map<Multiaddr, Failure>> byPeer = new LinkedHashMap<>();

  /**
   * Returns why {@code address} is not to be dialled now, null when it may be.
   *
   * @param named whether a caller asked for this address: then only a bar stands
   */
  @Nullable Reason refusal(PeerId expected, Multiaddr address, boolean named, long nowNanos) {
    Map<Multiaddr, Failure> failures = byPeer.get(expected);
    Failure failure = failures == null ? null : failures.get(address);
    if (failure == null || failure.untilNanos <= nowNanos || (named && !failure.isBar())) {
      return null;
    }
    return failure.reason;
  }

  /** Takes note of a failed dial. */
  void failed(PeerId expected, Multiaddr address, Reason reason, long nowNanos) {
    Map<Multiaddr, Failure> failures = byPeer.remove(expected);
    if (failures == null) {
      failures = new LinkedHashMap<>();
      removeFirst(byPeer, PEERS_MAX);
    }
    byPeer.put(expected, failures);
    Failure former = failures.remove(address);
    removeFirst(failures, ADDRESSES_MAX);
    int count = 1;
    if (former != null && nowNanos - former.untilNanos < BACK_OFF_MAX_NANOS) {
      count += former.count;
    }
    long waitNanos = reason == Reason.WRONG_PEER ? BAR_NANOS : backOffNanos(count);
    failures.put(address, new Failure(count, reason, nowNanos + waitNanos));
  }

  /** The peer is connected: what failed before says nothing any more, but for who lied. */
  void connected(PeerId peer) {
    Map<Multiaddr, Failure> failures = byPeer.get(peer);
    if (failures != null) {
      failures.values().removeIf(failure -> !failure.isBar());
      if (failures.isEmpty()) {
        byPeer.remove(peer);
      }
    }
  }

  private static long backOffNanos(int count) {
    int doublings = Math.min(count - 1, 16);
    return Math.min(BACK_OFF_MIN_NANOS << doublings, BACK_OFF_MAX_NANOS);
  }

  private static void removeFirst(Map<?, ?> full, int countMax) {
    if (full.size() >= countMax) {
      Iterator<?> first = full.keySet().iterator();
      first.next();
      first.remove();
    }
  }
}
