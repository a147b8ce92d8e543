package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.List;

/** What the router knows of one peer that it gossips with. */
final class PeerState {
  /** Whether we dialled it. */
  final boolean outbound;

  /**
   * The topics it joined, each once; bounded by the limit of topics per peer, mostly one or two.
   * Replaced when they change, as there are many peers and most change theirs once.
   */
  List<String> topics = List.of();

  final PeerId id;

  /** A number below the bound on peers that no other known peer has. */
  final int place;

  /** IHAVE and ids asked for in the heartbeat of that number; none in any later one. */
  int ihaves;

  int ihaveIds;
  long ihavesBeat;

  PeerState(PeerId id, int place, boolean outbound) {
    this.id = id;
    this.place = place;
    this.outbound = outbound;
  }
}
