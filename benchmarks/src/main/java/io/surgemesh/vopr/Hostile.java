package io.surgemesh.vopr;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.simulator.HostilePeer;
import java.util.List;

/** The kinds of hostile peers that take part in runs. */
enum Hostile {
  /** Accepts everything and never answers. */
  SILENT,
  /** Says random bytes. */
  GARBAGE,
  /** Fills streams of everything. */
  FLOODING,
  /** Passes questions on, and answers with something else. */
  LYING_RELAY,
  /** Leads searches astray. */
  LYING_ROUTER,
  /** Gossips what nobody should believe. */
  LYING_GOSSIP,
  /** Sells what it does not deliver. */
  LYING_SELLER,
  /** Buys without a thought of paying. */
  LYING_BUYER,
  /** One of many identities near the key of one peer, which know only each other. */
  SYBIL;

  private static final int STREAMS_PER_SECOND = 10;

  /** Returns a new peer of this kind. */
  HostilePeer peer(Trade trade, Sybils sybils) {
    return switch (this) {
      case SILENT -> HostilePeer.silent(Protocols.ALL);
      case GARBAGE -> HostilePeer.garbage(Protocols.ALL);
      case FLOODING -> HostilePeer.flooding(Protocols.ALL, STREAMS_PER_SECOND);
      case LYING_RELAY -> HostilePeer.lying(Protocols.ALL);
      case LYING_ROUTER -> new LyingRouter(trade);
      case LYING_GOSSIP -> new LyingGossip(trade);
      case LYING_SELLER -> new LyingSeller(trade);
      case LYING_BUYER -> new LyingBuyer(trade);
      case SYBIL -> sybils.peer();
    };
  }

  /** What peers of the mesh serve. */
  static final class Protocols {
    static final ProtocolId KAD = new ProtocolId("/surgemesh/public/kad/1.0.0");
    static final ProtocolId GOSSIP = new ProtocolId("/meshsub/1.1.0");
    static final ProtocolId JOB = new ProtocolId("/surgemesh/public/job/1.0.0");
    static final ProtocolId JOB_DATA = new ProtocolId("/surgemesh/public/job-data/1.0.0");
    static final List<ProtocolId> ALL = List.of(KAD, GOSSIP, JOB, JOB_DATA);

    private Protocols() {}
  }
}
