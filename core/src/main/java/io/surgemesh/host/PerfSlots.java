package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the streams of a perf server, in all and of each peer. Thread-safe.
 *
 * <p>Holds an entry per peer with an open stream, so at most {@value Perf#STREAMS_MAX}.
 */
final class PerfSlots {
  private final Map<PeerId, Integer> byPeer = new TreeMap<>();
  private int taken;

  /** Takes a slot; false when there is none left for this peer. */
  synchronized boolean take(PeerId peer) {
    int ofPeer = byPeer.getOrDefault(peer, 0);
    if (taken == Perf.STREAMS_MAX || ofPeer == Perf.STREAMS_PER_PEER_MAX) {
      return false;
    }
    taken++;
    byPeer.put(peer, ofPeer + 1);
    return true;
  }

  /** Gives one back that was taken. */
  synchronized void giveBack(PeerId peer) {
    taken--;
    byPeer.computeIfPresent(peer, (same, ofPeer) -> ofPeer == 1 ? null : ofPeer - 1);
  }
}
