package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.multiformats.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A request of a peer on its way through the machine; null is the reply of one that stopped. */
final class KademliaRequest implements MachineDriver.Input<Kademlia> {
  private final PeerId from;
  private final @Nullable Multiaddr at;
  private final KadMessage message;
  private KademliaServer.@Nullable Reply reply;

  /**
   * Creates one without a reply.
   *
   * @param at where the peer is connected; null when that is not known
   */
  KademliaRequest(PeerId from, @Nullable Multiaddr at, KadMessage message) {
    this.from = from;
    this.at = at;
    this.message = message;
  }

  @Override
  public void into(Kademlia machine, long nowNanos) {
    reply = machine.onRequest(from, at, message, nowNanos);
  }

  KademliaServer.@Nullable Reply reply() {
    return reply;
  }
}
