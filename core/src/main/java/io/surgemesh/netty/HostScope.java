package io.surgemesh.netty;

import io.surgemesh.identity.PeerId;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a host use together, and by peer. Bounded by the connections.
 * Thread-safe.
 */
final class HostScope {
  private static final int PATIENCE_PART = 8;

  private final HostLimits limits;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicInteger streams = new AtomicInteger();
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
    PeerScope scope =
        byPeer.computeIfAbsent(peer, unused -> new PeerScope(limits, streams, heldBytes));
    scope.enter();
    return scope;
  }

  /** Returns how many bytes of all peers are held. */
  long heldBytes() {
    return heldBytes.get();
  }

  /**
   * Makes room where too much is held: the peer that holds most loses a stream.
   *
   * @return whether the one that asks is to lose it
   */
  boolean shed(PeerScope asking) {
    PeerScope most = largest();
    long max = limits.inbound().hostMax();
    // What others are to lose is still held until their loops get to it.
    if (most == null || most == asking || heldBytes.get() > max + max / PATIENCE_PART) {
      return true;
    }
    most.shed();
    return false;
  }

  private synchronized @Nullable PeerScope largest() {
    PeerScope most = null;
    for (PeerScope scope : byPeer.values()) {
      if (most == null || scope.inbound().held() > most.inbound().held()) {
        most = scope;
      }
    }
    return most;
  }

  /** A connection to a peer is gone. */
  synchronized void leave(PeerId peer) {
    PeerScope scope = byPeer.get(peer);
    if (scope != null && scope.leave()) {
      byPeer.remove(peer);
    }
  }
}
