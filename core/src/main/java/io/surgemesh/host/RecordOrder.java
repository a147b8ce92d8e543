package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The number of the newest signed record that each peer has shown (libp2p RFC 0003, Sequence Number
 * Semantics). Thread-safe.
 *
 * <p>Holds {@value #PEERS_MAX} peers; beyond, the one that showed its first record longest ago is
 * forgotten, whose old record would then be taken once.
 */
final class RecordOrder {
  static final int PEERS_MAX = 256;

  private final Map<PeerId, Long> newestByPeer = new LinkedHashMap<>();

  /** Returns whether no newer record of the peer was shown; remembers this one if so. */
  synchronized boolean isNewest(PeerId peer, long seq) {
    Long newest = newestByPeer.get(peer);
    if (newest != null && Long.compareUnsigned(seq, newest) < 0) {
      return false;
    }
    if (newest == null && newestByPeer.size() == PEERS_MAX) {
      newestByPeer.remove(newestByPeer.keySet().iterator().next());
    }
    newestByPeer.put(peer, seq);
    return true;
  }
}
