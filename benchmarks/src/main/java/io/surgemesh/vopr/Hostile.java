package io.surgemesh.vopr;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.simulator.HostilePeer;
import java.util.List;

/** The kinds of hostile peers that take part in runs. */
enum Hostile {
  /** Accepts everything and never answers. */
  SILENT(HostilePeer.silent(Protocols.ALL)),
  /** Says random bytes. */
  GARBAGE(HostilePeer.garbage(Protocols.ALL)),
  /** Fills streams of everything. */
  FLOODING(HostilePeer.flooding(Protocols.ALL, 10));

  @SuppressWarnings("ImmutableEnumChecker") // Hostile peers keep nothing of one run.
  private final HostilePeer peer;

  Hostile(HostilePeer peer) {
    this.peer = peer;
  }

  HostilePeer peer() {
    return peer;
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
