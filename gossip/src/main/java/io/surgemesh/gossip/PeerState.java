package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the router knows of one peer that it gossips with. */
final class PeerState {
  /** Whether we dialled it. */
  final boolean outbound;

  /** The topics it joined; bounded by the limit of topics per peer. */
  final Set<String> topics = new LinkedHashSet<>();

  final PeerId id;

  /** IHAVE and ids asked for since the last heartbeat. */
  int ihaves;

  int ihaveIds;

  PeerState(PeerId id, boolean outbound) {
    this.id = id;
    this.outbound = outbound;
  }
}
