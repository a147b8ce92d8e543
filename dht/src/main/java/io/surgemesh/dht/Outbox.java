package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What the driver is to do, in the order in which the parts of the DHT want it. */
final class Outbox {
  /** For so long a record that is held already is not written again, unless it has changed. */
  static final long SAVE_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

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

  /** A value was taken in: it is kept, unless it was a moment ago. */
  void keepValue(PeerId sender, Bytes key, ValueStore values, long nowNanos) {
    values
        .toSave(key, nowNanos)
        .map(KadMessage::put)
        .ifPresent(message -> outputs.add(new KademliaOutput.Keep(sender, message)));
  }

  /** A provider record was taken in: likewise. */
  void keepProvider(PeerId provider, Bytes key, ProviderStore providers, long nowNanos) {
    providers
        .toSave(key, provider, nowNanos)
        .map(info -> new KadMessage(KadMessage.Type.ADD_PROVIDER, key, List.of(), List.of(info)))
        .ifPresent(message -> outputs.add(new KademliaOutput.Keep(provider, message)));
  }

  @Nullable KademliaOutput poll() {
    return outputs.poll();
  }
}
