package io.surgemesh.host;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;

/**
 * What a peer tells of itself, as much of it as is used.
 *
 * @param publicKey its key as protobuf; empty when it did not say
 * @param addresses where it listens, as far as we know the transports
 * @param observed where it sees us, as bytes of a multiaddr
 * @param protocols what it speaks
 * @param agentVersion what software it runs
 * @param signedPeerRecord an envelope with its addresses, signed; empty when it did not send one
 */
record IdentifyMessage(
    Bytes publicKey,
    List<Multiaddr> addresses,
    Bytes observed,
    List<ProtocolId> protocols,
    String agentVersion,
    SignedRecord signedPeerRecord) {
  IdentifyMessage {
    addresses = List.copyOf(addresses);
    protocols = List.copyOf(protocols);
  }

  /** Returns the same as told to a peer seen elsewhere. */
  IdentifyMessage withObserved(Bytes other) {
    return new IdentifyMessage(
        publicKey, addresses, other, protocols, agentVersion, signedPeerRecord);
  }
}
