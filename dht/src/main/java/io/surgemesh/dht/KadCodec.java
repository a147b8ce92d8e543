package io.surgemesh.dht;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages as bytes and back (libp2p kad-dht r2, RPC messages).
 *
 * <p>Of what peers send, only a bounded part is used: peers whose id cannot be read are dropped, as
 * are addresses that cannot be read, lead nowhere, or end with another peer's id. Loopback and
 * private addresses stay: the first mesh of most users is one machine or one LAN.
 */
final class KadCodec {
  /** The longest message read or written, in bytes. */
  static final int MESSAGE_BYTES_MAX = 64 * 1024;

  /** The longest key, in bytes (go-libp2p-kad-dht, handlers.go). */
  static final int KEY_BYTES_MAX = 80;

  /** The most closer peers used of one message. */
  static final int CLOSER_MAX = 20;

  /** The most providers read or written in one message. */
  static final int PROVIDERS_MAX = 256;

  /** The most addresses written of one peer; its first ones. */
  static final int ADDRESSES_WRITTEN_MAX = 16;

  private static final int NESTING = 2;
  private static final ScanLimits LIMITS = ScanLimits.defaults().withBytesMax(MESSAGE_BYTES_MAX);
  private static final ScanLimits FLAT_LIMITS =
      new ScanLimits(LIMITS.bytesMax(), LIMITS.fieldsMax(), NESTING);

  /** The room a peer's tag and length take beside its own bytes. */
  private static final int PEER_HEAD_BYTES = 4;

  private KadCodec() {}

  /**
   * Returns the message that a peer sent.
   *
   * @throws MalformedMessageException when it is no message, of an unknown type, or its key is
   *     longer than {@value #KEY_BYTES_MAX} bytes
   */
  static KadMessage decode(byte[] encoded) throws MalformedMessageException {
    Message message = ProtobufScan.parse(Message.getDefaultInstance(), encoded, FLAT_LIMITS);
    Optional<KadMessage.Type> type = KadMessage.Type.find(message.getTypeValue());
    if (type.isEmpty()) {
      throw new MalformedMessageException("unknown message type " + message.getTypeValue());
    }
    if (message.getKey().size() > KEY_BYTES_MAX) {
      throw new MalformedMessageException("key of " + message.getKey().size() + " bytes");
    }
    return new KadMessage(
        type.get(),
        Bytes.of(message.getKey().toByteArray()),
        peers(message.getCloserPeersList(), CLOSER_MAX),
        peers(message.getProviderPeersList(), PROVIDERS_MAX));
  }

  private static List<PeerInfo> peers(List<Message.Peer> messages, int countMax) {
    List<PeerInfo> peers = new ArrayList<>();
    for (Message.Peer message : messages) {
      if (peers.size() == countMax) {
        break;
      }
      peer(message).ifPresent(peers::add);
    }
    return peers;
  }

  private static Optional<PeerInfo> peer(Message.Peer message) {
    PeerId id;
    try {
      id = PeerId.decode(message.getId().toByteArray());
    } catch (MalformedMessageException unreadable) {
      return Optional.empty();
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString encoded : message.getAddrsList()) {
      if (addresses.size() == PeerInfo.ADDRESSES_MAX) {
        break;
      }
      address(encoded, id).filter(known -> !addresses.contains(known)).ifPresent(addresses::add);
    }
    return Optional.of(new PeerInfo(id, addresses));
  }

  private static Optional<Multiaddr> address(ByteString encoded, PeerId id) {
    if (encoded.size() > Multiaddr.BYTES_MAX) {
      return Optional.empty();
    }
    try {
      Multiaddr address = Multiaddr.decode(encoded.toByteArray());
      Optional<Bytes> named = address.peerIdBytes();
      boolean another = named.isPresent() && !named.get().equals(id.bytes());
      Multiaddr bare = address.withoutPeerId();
      // What is left of an address that only names a peer leads nowhere.
      boolean leadsSomewhere = bare.peerIdBytes().isEmpty() && !bare.isUnspecified();
      return another || !leadsSomewhere ? Optional.empty() : Optional.of(bare);
    } catch (MalformedMessageException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Returns the message as bytes, at most {@value #MESSAGE_BYTES_MAX}; providers that find no room
   * in that, and after them closer peers, are left out.
   */
  static byte[] encode(KadMessage message) {
    Message.Builder builder =
        Message.newBuilder()
            .setTypeValue(message.type().number())
            .setKey(ByteString.copyFrom(message.key().asReadOnlyByteBuffer()));
    int room = MESSAGE_BYTES_MAX - builder.build().getSerializedSize();
    for (PeerInfo peer : message.closer()) {
      Message.Peer encoded = peer(peer);
      room -= encoded.getSerializedSize() + PEER_HEAD_BYTES;
      if (room >= 0) {
        builder.addCloserPeers(encoded);
      }
    }
    for (PeerInfo peer : message.providers()) {
      Message.Peer encoded = peer(peer);
      room -= encoded.getSerializedSize() + PEER_HEAD_BYTES;
      if (room >= 0) {
        builder.addProviderPeers(encoded);
      }
    }
    return builder.build().toByteArray();
  }

  private static Message.Peer peer(PeerInfo peer) {
    Message.Peer.Builder builder =
        Message.Peer.newBuilder().setId(ByteString.copyFrom(peer.peerId().encode()));
    peer.addresses().stream()
        .limit(ADDRESSES_WRITTEN_MAX)
        .forEach(address -> builder.addAddrs(ByteString.copyFrom(address.encode())));
    return builder.build();
  }
}
