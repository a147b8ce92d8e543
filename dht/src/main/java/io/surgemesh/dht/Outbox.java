package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What the driver is to do, in the order in which the parts of the DHT want it. */
final class Outbox {
  private final Bytes self;
  private final Calls calls;
  private final Queue<KademliaOutput> outputs = new ArrayDeque<>(0);

  Outbox(PeerId self, Calls calls) {
    this.self = self.bytes();
    this.calls = calls;
  }

  void add(KademliaOutput output) {
    outputs.add(output);
  }

  /** Asks a peer something. */
  void ask(Call call, PeerInfo peer, KadMessage request, long nowNanos) {
    calls.onSent(call, nowNanos);
    outputs.add(new KademliaOutput.Ask(call, peer, request));
  }

  /** Asks a peer whether it is there, and for us, so that it tells whom it knows near us. */
  void probe(PeerInfo peer, long nowNanos) {
    // Any answer will do. PING, which must not be sent any more, is not answered by all peers.
    KadMessage request = KadMessage.of(KadMessage.Type.FIND_NODE, self);
    ask(new Call(Call.PROBE, peer.peerId()), peer, request, nowNanos);
  }

  /** A value was taken in. */
  void keepValue(PeerId sender, Bytes key, ValueStore values, long nowNanos) {
    values
        .record(key, nowNanos)
        .map(KadMessage::put)
        .ifPresent(message -> outputs.add(new KademliaOutput.Keep(sender, message)));
  }

  @Nullable KademliaOutput poll() {
    return outputs.poll();
  }
}
