package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of other peers from the routing table and the stores of records.
 *
 * <p>A request yields one {@link Reply} at once and changes nothing but a store. Only providers
 * carry addresses, where the store holds them; the driver adds what the peerstore knows. A request
 * alone puts nobody into the routing table.
 */
final class KademliaServer {
  /** What to do with a request. */
  sealed interface Reply {
    /**
     * Send this back, with the addresses of the closer peers, and of providers that have none.
     *
     * @param closer the peers nearest to the key, nearest first
     * @param record the value held, or put
     */
    record Answer(
        KadMessage.Type type,
        Bytes key,
        List<PeerId> closer,
        List<PeerInfo> providers,
        Optional<ValueRecord> record)
        implements Reply {
      Answer(KadMessage.Type type, Bytes key, List<PeerId> closer, List<PeerInfo> providers) {
        this(type, key, closer, providers, Optional.empty());
      }
    }

    /** Nothing is sent back. */
    record Silent() implements Reply {}

    /** Reset the stream. */
    record Refused(Fault fault) implements Reply {}
  }

  /** Why a request was refused. */
  enum Fault {
    /** The key is empty or too long. */
    KEY_LENGTH,
    /** No value was put, or one under another key than the message's. */
    NO_RECORD,
    /** The value is of an unknown namespace, or its validator refuses it. */
    NOT_VALID,
    /** More values come than are validated. */
    TOO_MANY,
    /** There is no room for the value. */
    NO_ROOM,
    /** The provider announced is not the sender, or has no address. */
    NOT_OWN_RECORD
  }

  private final PeerId self;
  private final int k;
  private final RoutingTable table;
  private final ProviderStore store;
  private final ValueStore values;
  private final Validators validators;
  private final ValidationBudget validations = new ValidationBudget();
  private final Set<Bytes> ownKeys;
  private final Outbox outbox;

  /**
   * Creates a server.
   *
   * @param ownKeys what this peer provides itself; read at each request
   * @param outbox is told of each record taken in
   */
  KademliaServer(
      PeerId self,
      DhtConfig config,
      RoutingTable table,
      ProviderStore store,
      ValueStore values,
      Set<Bytes> ownKeys,
      Outbox outbox) {
    this.self = self;
    this.k = config.k();
    this.validators = values.validators();
    this.table = table;
    this.store = store;
    this.values = values;
    this.ownKeys = ownKeys;
    this.outbox = outbox;
  }

  /**
   * Answers a request without what its sender cannot mean by it: see {@link ToldAddresses}.
   *
   * @param at where the sender is connected; null when it is not any more
   * @param group as below
   */
  Reply onRequest(
      PeerId from, @Nullable Multiaddr at, int group, KadMessage request, long nowNanos) {
    if (request.type() != KadMessage.Type.ADD_PROVIDER) {
      // Of no other request the peers that it names are used.
      return onRequest(from, group, request, nowNanos);
    }
    KadMessage meant = ToldAddresses.meant(request, at);
    boolean isNowhere =
        !meant.equals(request)
            && meant.providers().stream().allMatch(peer -> peer.addresses().isEmpty());
    // Who provides on its own network alone does nothing wrong, but there is nothing to keep.
    return isNowhere ? new Reply.Silent() : onRequest(from, group, meant, nowNanos);
  }

  /**
   * Answers a request.
   *
   * @param group {@link IpGroups#ofSender}, whose share of the stores it uses
   */
  Reply onRequest(PeerId from, int group, KadMessage request, long nowNanos) {
    Bytes key = request.key();
    boolean keyed = request.type() != KadMessage.Type.PING;
    if (key.size() > KadCodec.KEY_BYTES_MAX || (keyed && key.isEmpty())) {
      return new Reply.Refused(Fault.KEY_LENGTH);
    }
    return switch (request.type()) {
      // The lists of peers are left out: an echo must not carry a stranger's payload.
      case PING -> new Reply.Answer(KadMessage.Type.PING, key, List.of(), List.of());
      case FIND_NODE ->
          new Reply.Answer(KadMessage.Type.FIND_NODE, key, closer(from, request), List.of());
      case GET_PROVIDERS ->
          new Reply.Answer(
              KadMessage.Type.GET_PROVIDERS, key, closer(from, request), providers(key, nowNanos));
      case ADD_PROVIDER -> addProvider(from, group, request, nowNanos);
      case GET_VALUE ->
          new Reply.Answer(
              KadMessage.Type.GET_VALUE,
              key,
              closer(from, request),
              List.of(),
              values.record(key, nowNanos));
      case PUT_VALUE -> putValue(from, group, request, nowNanos);
    };
  }

  /** Echoes what is held now: what was put, or the better value that was there before. */
  private Reply putValue(PeerId from, int group, KadMessage request, long nowNanos) {
    Bytes key = request.key();
    ValueRecord put = request.record().filter(record -> record.key().equals(key)).orElse(null);
    if (put == null) {
      return new Reply.Refused(Fault.NO_RECORD);
    }
    if (!values.holds(key, put.value(), nowNanos)) {
      if (!validations.allows(from, group, nowNanos)) {
        return new Reply.Refused(Fault.TOO_MANY);
      }
      if (!validators.isValid(key, put.value())) {
        return new Reply.Refused(Fault.NOT_VALID);
      }
    }
    ValueStore.Outcome outcome = values.put(key, put.value(), from, group, nowNanos);
    if (outcome == ValueStore.Outcome.NO_ROOM) {
      return new Reply.Refused(Fault.NO_ROOM);
    }
    if (outcome == ValueStore.Outcome.KEPT) {
      outbox.keepValue(from, key, values, nowNanos);
    }
    return new Reply.Answer(
        KadMessage.Type.PUT_VALUE, key, List.of(), List.of(), values.record(key, nowNanos));
  }

  private List<PeerId> closer(PeerId from, KadMessage request) {
    return table.nearest(request.target(), from, k);
  }

  private List<PeerInfo> providers(Bytes key, long nowNanos) {
    List<PeerInfo> sample = store.sample(key, KadCodec.PROVIDERS_MAX, nowNanos);
    if (!ownKeys.contains(key)) {
      return sample;
    }
    List<PeerInfo> withSelf = new ArrayList<>();
    withSelf.add(new PeerInfo(self, List.of()));
    withSelf.addAll(sample.subList(0, Math.min(sample.size(), KadCodec.PROVIDERS_MAX - 1)));
    return withSelf;
  }

  private Reply addProvider(PeerId from, int group, KadMessage request, long nowNanos) {
    for (PeerInfo provider : request.providers()) {
      if (provider.peerId().equals(from) && !provider.addresses().isEmpty()) {
        if (store.add(request.key(), provider, group, nowNanos)) {
          outbox.keepProvider(from, request.key(), store, nowNanos);
        }
        return new Reply.Silent();
      }
    }
    return new Reply.Refused(Fault.NOT_OWN_RECORD);
  }
}
