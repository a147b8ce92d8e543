package io.surgemesh.dht;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the addresses that the host knows into answers; those of which it knows none are left. */
final class Whereabouts {
  private final Host host;

  Whereabouts(Host host) {
    this.host = host;
  }

  /** Returns where a peer says that it is, this one too; empty when it did not say. */
  Optional<PeerInfo> of(PeerId peer) {
    List<PeerInfo> said =
        peer.equals(host.peerId())
            ? List.of(new PeerInfo(peer, host.addresses()))
            : host.peerstore().present(List.of(peer));
    return said.stream().filter(info -> !info.addresses().isEmpty()).findFirst();
  }

  /** Returns an answer as it is sent to who asked. */
  KadMessage filledIn(KademliaServer.Reply.Answer answer, PeerId asker) {
    List<PeerInfo> closer = host.peerstore().present(answer.closer());
    if (answer.type() == KadMessage.Type.FIND_NODE) {
      closer = withTarget(answer.key(), closer, asker);
    }
    return new KadMessage(
        answer.type(), answer.key(), closer, reachable(answer.providers()), answer.record());
  }

  /**
   * Names the peer that is searched for first, whether it serves the DHT or not, when it is this
   * one, connected, or was connected once and said what it speaks (IPFS Kademlia DHT, Discovering
   * non-DHT Servers). Who meets hundreds of peers an hour spares others many a round by that. Of
   * those never met the peerstore may hold hearsay.
   */
  private List<PeerInfo> withTarget(Bytes key, List<PeerInfo> closer, PeerId asker) {
    boolean isNamed = !closer.isEmpty() && closer.get(0).peerId().bytes().equals(key);
    if (isNamed || asker.bytes().equals(key)) {
      return closer;
    }
    PeerId target;
    try {
      target = PeerId.decode(key);
    } catch (MalformedMessageException otherKey) {
      return closer;
    }
    boolean isMet = host.isConnected(target) || !host.peerstore().protocols(target).isEmpty();
    boolean isNameable = isMet || target.equals(host.peerId());
    Optional<PeerInfo> where = isNameable ? of(target) : Optional.empty();
    if (where.isEmpty()) {
      return closer;
    }
    List<PeerInfo> all = new ArrayList<>(closer.size() + 1);
    all.add(where.get());
    all.addAll(closer);
    return all;
  }

  private List<PeerInfo> reachable(List<PeerInfo> peers) {
    if (peers.isEmpty()) {
      return peers;
    }
    List<PeerInfo> reachable = new ArrayList<>(peers.size());
    for (PeerInfo peer : peers) {
      if (peer.addresses().isEmpty()) {
        of(peer.peerId()).ifPresent(reachable::add);
      } else {
        reachable.add(peer);
      }
    }
    return reachable;
  }
}
