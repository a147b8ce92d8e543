package io.surgemesh.dht;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Reachability;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells peers that this one provides keys, those of one peer on one stream. */
final class Announcements {
  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

  private final Host host;
  private final Whereabouts whereabouts;
  private final ProtocolId protocol;
  private final Duration timeout;

  Announcements(Host host, Whereabouts whereabouts, ProtocolId protocol, Duration timeout) {
    this.host = host;
    this.whereabouts = whereabouts;
    this.protocol = protocol;
    this.timeout = timeout;
  }

  void tell(PeerId peer, List<Bytes> keys) {
    PeerInfo self = whereabouts.of(host.peerId()).orElse(null);
    if (self == null || host.reachability() == Reachability.PRIVATE) {
      // Nobody keeps a record of a peer that cannot be dialled.
      return;
    }
    List<KadMessage> messages = new ArrayList<>(keys.size());
    for (Bytes key : keys) {
      KadMessage.Type type = KadMessage.Type.ADD_PROVIDER;
      messages.add(KadCodec.fitted(new KadMessage(type, key, List.of(), List.of(self))));
    }
    CompletableFuture<Void> unused =
        Exchange.tellAll(host, peer, protocol, KadCodec.INSTANCE, messages, timeout)
            .whenComplete(
                (sent, failure) -> {
                  if (failure != null) {
                    LOG.debug("peer {} not told of capabilities: {}", peer, failure.getMessage());
                  }
                });
  }
}
