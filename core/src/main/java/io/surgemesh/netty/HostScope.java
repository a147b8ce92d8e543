package io.surgemesh.netty;

import io.surgemesh.identity.PeerId;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all connections of a host use together, and by peer. Bounded by the connections.
 * Thread-safe.
 */
final class HostScope {
  private final HostLimits limits;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Map<PeerId, PeerScope> byPeer = new TreeMap<>();

  HostScope(HostLimits limits) {
    this.limits = limits;
  }

  /** Returns how many bytes wait to be sent to anybody. */
  AtomicLong queuedBytes() {
    return queuedBytes;
  }

  /** Returns the scope of a peer for one more connection. */
  synchronized PeerScope enter(PeerId peer) {
    PeerScope scope = byPeer.computeIfAbsent(peer, unused -> new PeerScope(limits.streams()));
    scope.enter();
    return scope;
  }

  /** A connection to a peer is gone. */
  synchronized void leave(PeerId peer) {
    PeerScope scope = byPeer.get(peer);
    if (scope != null && scope.leave()) {
      byPeer.remove(peer);
    }
  }
}
