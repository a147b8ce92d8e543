package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import org.jspecify.annotations.Nullable;

/** A request of a peer on its way through the machine; null is the reply of one that stopped. */
final class KademliaRequest implements MachineDriver.Input<Kademlia> {
  private final PeerId from;
  private final KadMessage message;
  private KademliaServer.@Nullable Reply reply;

  KademliaRequest(PeerId from, KadMessage message) {
    this.from = from;
    this.message = message;
  }

  @Override
  public void into(Kademlia machine, long nowNanos) {
    reply = machine.onRequest(from, message, nowNanos);
  }

  KademliaServer.@Nullable Reply reply() {
    return reply;
  }
}
