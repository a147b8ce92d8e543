package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;

/** What the driver of {@link Kademlia} must do. */
sealed interface KademliaOutput {
  /** Dial a bootstrap address; report with onDialed or onDialFailed. */
  record Dial(Multiaddr address) implements KademliaOutput {}

  /** Tell whom this host has met, in this life or an earlier one. */
  record Recall() implements KademliaOutput {}

  /** Send the request; report with onAnswer or onFailure within the time of a query. */
  record Ask(Call call, PeerInfo peer, KadMessage request) implements KademliaOutput {}

  /**
   * See whether a peer is there, by connecting to it if there is no connection; report with
   * onProbed.
   */
  record Probe(PeerId peer) implements KademliaOutput {}

  /** Give up a query; nothing is to be reported. */
  record Cancel(Call call) implements KademliaOutput {}

  /** Tell a peer that this one provides the keys. */
  record Announce(PeerId peer, List<Bytes> keys) implements KademliaOutput {}

  /** A record was taken in; it may be kept for a next life. */
  record Keep(PeerId sender, KadMessage message) implements KademliaOutput {}

  /** A value of this peer's own may be kept for a next life; none is to be forgotten. */
  record KeepOwn(Bytes key, Optional<Bytes> value) implements KademliaOutput {}

  /** A search for a peer is over. */
  record PeerFound(long ticket, Optional<PeerInfo> peer) implements KademliaOutput {}

  /** A search for providers is over. */
  record ProvidersFound(long ticket, List<PeerInfo> providers) implements KademliaOutput {}

  /** A search for a value is over. */
  record ValueFound(long ticket, Optional<Bytes> value) implements KademliaOutput {}

  /** A value was put: so many other peers hold it by now. */
  record ValuePut(long ticket, int peers) implements KademliaOutput {}

  /** The anchors want something done. */
  record Anchor(Anchors.Output output) implements KademliaOutput {}

  /** The hints want something done. */
  record Hint(Hints.Output output) implements KademliaOutput {}

  /** The first attempt to join is over, with so many peers in the table. */
  record Joined(int peers) implements KademliaOutput {}

  /** The first attempt to join is over, and no bootstrap address answered. */
  record JoinFailed() implements KademliaOutput {}
}
