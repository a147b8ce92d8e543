package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.machine.RateLimit;
import java.util.Map;

/**
 * What each peer may ask of the ping responder. Thread-safe.
 *
 * <p>Holds one entry per peer with an open ping stream or pings of the last seconds, at most
 * {@value #PEERS_MAX}; beyond, the oldest is forgotten. Others are forgotten as further pings come.
 */
final class PingLimits {
  /** Ping streams of one peer. */
  static final int STREAMS_MAX = 2;

  /** Pings of one peer in the long run. */
  static final int PINGS_PER_SECOND = 5;

  /** Pings of one peer at once. */
  static final int PINGS_BURST = 10;

  private static final int PEERS_MAX = 1024;

  /** Entries looked at per ping: one is made at most, so that the idle ones get fewer. */
  private static final int LOOKS = 2;

  private static final class Usage {
    private int streams;
    private final RateLimit pings = new RateLimit(PINGS_PER_SECOND, PINGS_BURST);

    boolean isIdle(long nowNanos) {
      return streams == 0 && pings.isFull(nowNanos);
    }
  }

  private final Map<PeerId, Usage> byPeer = new OrderedMap<>();

  /** Counts a new stream; false when the peer has too many. */
  synchronized boolean opened(PeerId peer) {
    Usage usage = usage(peer);
    if (usage.streams == STREAMS_MAX) {
      return false;
    }
    usage.streams++;
    return true;
  }

  /** Gives a stream back. */
  synchronized void closed(PeerId peer) {
    Usage usage = byPeer.get(peer);
    if (usage != null && usage.streams > 0) {
      usage.streams--;
    }
  }

  /** Counts one ping; false when there were too many. */
  synchronized boolean pinged(PeerId peer, long nowNanos) {
    forgetSomeIdle(nowNanos);
    return usage(peer).pings.allows(nowNanos);
  }

  private Usage usage(PeerId peer) {
    Usage usage = byPeer.computeIfAbsent(peer, unused -> new Usage());
    if (byPeer.size() > PEERS_MAX) {
      byPeer.remove(byPeer.keySet().iterator().next());
    }
    return usage;
  }

  /** Allows a peer one more, for which there is a reason that is bounded elsewhere. */
  synchronized void giveBack(PeerId peer) {
    Usage usage = byPeer.get(peer);
    if (usage != null) {
      usage.pings.giveBack();
    }
  }

  /** Looks at the entries in turn, oldest first; those that tell nothing need not be kept. */
  private void forgetSomeIdle(long nowNanos) {
    for (int i = 0; i < LOOKS && !byPeer.isEmpty(); i++) {
      PeerId next = byPeer.keySet().iterator().next();
      Usage usage = byPeer.remove(next);
      if (usage != null && !usage.isIdle(nowNanos)) {
        byPeer.put(next, usage);
      }
    }
  }

  synchronized int size() {
    return byPeer.size();
  }
}
