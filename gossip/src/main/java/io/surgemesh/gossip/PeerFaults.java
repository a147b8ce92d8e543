package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts what peers did wrong, and forgives a point per heartbeat.
 *
 * <p>It stands in for the peer score of gossipsub v1.1. Faults outlive the connection, or
 * reconnecting would clear them. At most {@value #PEERS_MAX} peers; past that the one first at
 * fault is forgotten.
 */
final class PeerFaults {
  /** Points at which a peer is no longer listened to. */
  static final int GRAYLIST_POINTS = 100;

  /** Points at which it is listened to again. */
  static final int FORGIVEN_POINTS = 50;

  /** Points beyond which nothing is counted, so that each peer is forgiven in the end. */
  static final int POINTS_MAX = 300;

  static final int PEERS_MAX = 4096;

  private record Faults(int points, boolean graylisted) {
    Faults plus(int more) {
      int sum = Math.min(POINTS_MAX, points + more);
      return new Faults(sum, graylisted || sum >= GRAYLIST_POINTS);
    }

    Faults forgiven() {
      return new Faults(points - 1, graylisted && points - 1 > FORGIVEN_POINTS);
    }
  }

  private static final Faults NONE = new Faults(0, false);

  private final Map<PeerId, Faults> byPeer = new LinkedHashMap<>();

  void add(PeerId peer, Misbehaviour what) {
    byPeer.put(peer, byPeer.getOrDefault(peer, NONE).plus(what.points()));
    if (byPeer.size() > PEERS_MAX) {
      Iterator<PeerId> oldest = byPeer.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean isGraylisted(PeerId peer) {
    return byPeer.getOrDefault(peer, NONE).graylisted;
  }

  int points(PeerId peer) {
    return byPeer.getOrDefault(peer, NONE).points;
  }

  void forgive() {
    byPeer.replaceAll((peer, faults) -> faults.forgiven());
    byPeer.values().removeIf(faults -> faults.points <= 0);
  }
}
