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
  // Nearly always none, and asked for each part of each RPC.
  private int graylisted;

  void add(PeerId peer, Misbehaviour what) {
    Faults before = byPeer.getOrDefault(peer, NONE);
    Faults after = before.plus(what.points());
    byPeer.put(peer, after);
    count(before, after);
    if (byPeer.size() > PEERS_MAX) {
      Iterator<Faults> oldest = byPeer.values().iterator();
      count(oldest.next(), NONE);
      oldest.remove();
    }
  }

  private void count(Faults before, Faults after) {
    graylisted += (after.graylisted ? 1 : 0) - (before.graylisted ? 1 : 0);
  }

  boolean isAnyGraylisted() {
    return graylisted > 0;
  }

  boolean isGraylisted(PeerId peer) {
    return graylisted > 0 && byPeer.getOrDefault(peer, NONE).graylisted;
  }

  int points(PeerId peer) {
    return byPeer.getOrDefault(peer, NONE).points;
  }

  void forgive() {
    byPeer.replaceAll(
        (peer, faults) -> {
          Faults less = faults.forgiven();
          count(faults, less);
          return less;
        });
    byPeer.values().removeIf(faults -> faults.points <= 0);
  }
}
