package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Peerstore;
import io.surgemesh.host.ProtocolId;
import java.time.Duration;
import java.util.List;

/**
 * A peer that is taken for one that has answered; see {@link Dht#assume}.
 *
 * @param peer who, and where: one address or more, the last of them the one where it answered
 * @param roundTrip how long that took; positive
 */
public record MetPeer(PeerInfo peer, Duration roundTrip) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException when there is no address, or the round trip is not positive
   */
  public MetPeer {
    if (peer.addresses().isEmpty()) {
      throw new IllegalArgumentException("no address of " + peer.peerId());
    }
    if (roundTrip.isZero() || roundTrip.isNegative()) {
      throw new IllegalArgumentException("round trip not positive: " + roundTrip);
    }
  }

  /** Remembers where it is, and what it speaks. */
  void remember(Peerstore peerstore, List<ProtocolId> protocols) {
    // Of whom nothing is known, what is heard is kept as it is: many stores can share it.
    peerstore.add(peer);
    peerstore.addAddresses(peer.peerId(), peer.addresses());
    peerstore.setProtocols(peer.peerId(), protocols);
  }

  /** Lets it into a routing table, if that has room for it. */
  void enter(RoutingTable table, IpGroups groups, long nowNanos) {
    int group = groups.of(peer.addresses().get(peer.addresses().size() - 1));
    table.onSeen(peer.peerId(), group, roundTrip.toNanos(), nowNanos);
  }
}
