package io.surgemesh.dht;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;

/** Puts the addresses that the host knows into answers; those of which it knows none are left. */
final class Whereabouts {
  private final Host host;

  Whereabouts(Host host) {
    this.host = host;
  }

  /** Returns where a peer is, this one too. */
  PeerInfo of(PeerId peer) {
    return peer.equals(host.peerId())
        ? new PeerInfo(peer, host.addresses())
        : host.peerstore().info(peer);
  }

  /** Returns an answer as it is sent to who asked. */
  KadMessage filledIn(KademliaServer.Reply.Answer answer, PeerId asker) {
    List<PeerInfo> closer = host.peerstore().reachable(answer.closer());
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
    if (!(isMet || target.equals(host.peerId())) || of(target).addresses().isEmpty()) {
      return closer;
    }
    List<PeerInfo> all = new ArrayList<>(closer.size() + 1);
    all.add(of(target));
    all.addAll(closer);
    return all;
  }

  private List<PeerInfo> reachable(List<PeerInfo> peers) {
    if (peers.isEmpty()) {
      return peers;
    }
    List<PeerInfo> reachable = new ArrayList<>(peers.size());
    for (PeerInfo peer : peers) {
      PeerInfo known = peer.addresses().isEmpty() ? of(peer.peerId()) : peer;
      if (!known.addresses().isEmpty()) {
        reachable.add(known);
      }
    }
    return reachable;
  }
}
