package io.surgemesh.dht;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.dht.pb.Record;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ProtobufSize;
import io.surgemesh.wire.ScanLimits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages as bytes and back (libp2p kad-dht r2, RPC messages).
 *
 * <p>Of what peers send, only a bounded part is used: peers whose id cannot be read are dropped, as
 * are addresses that cannot be read, lead nowhere, or end with another peer's id. Loopback and
 * private addresses stay: the first mesh of most users is one machine or one LAN. A record with too
 * long a key or value is malformed.
 */
enum KadCodec implements FrameCodec<KadMessage> {
  INSTANCE;

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

  /** The longest time of a record read, in bytes: RFC 3339 with nanoseconds takes 35. */
  static final int TIME_BYTES_MAX = 64;

  private static final int NESTING = 2;
  private static final ScanLimits LIMITS = ScanLimits.defaults().withBytesMax(MESSAGE_BYTES_MAX);
  private static final ScanLimits FLAT_LIMITS =
      new ScanLimits(LIMITS.bytesMax(), LIMITS.fieldsMax(), NESTING);

  /** Reads a message; one of an unknown type, or with too long a key, is malformed too. */
  @Override
  public KadMessage decode(byte[] encoded) throws MalformedMessageException {
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
        peers(message.getProviderPeersList(), PROVIDERS_MAX),
        message.hasRecord() ? Optional.of(record(message.getRecord())) : Optional.empty());
  }

  private static ValueRecord record(Record message) throws MalformedMessageException {
    if (message.getKey().size() > KEY_BYTES_MAX
        || message.getValue().size() > Dht.VALUE_BYTES_MAX) {
      throw new MalformedMessageException("record of " + message.getValue().size() + " bytes");
    }
    return new ValueRecord(
        Bytes.of(message.getKey().toByteArray()),
        Bytes.of(message.getValue().toByteArray()),
        time(message.getTimeReceived()));
  }

  private static Optional<Instant> time(String text) {
    if (text.isEmpty() || text.length() > TIME_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
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
   * Returns the message as bytes; one that is not {@link #fitted} may be refused by who reads it.
   */
  @Override
  public byte[] encode(KadMessage message) {
    Message.Builder builder =
        Message.newBuilder()
            .setTypeValue(message.type().number())
            .setKey(ByteString.copyFrom(message.key().asReadOnlyByteBuffer()));
    message.closer().forEach(peer -> builder.addCloserPeers(peer(peer)));
    message.providers().forEach(peer -> builder.addProviderPeers(peer(peer)));
    message.record().ifPresent(record -> builder.setRecord(record(record)));
    return builder.build().toByteArray();
  }

  @Override
  public int encodedBytes(KadMessage message) {
    return message.encodedBytes();
  }

  /** Counts the bytes that {@link #encode} makes. */
  static int count(KadMessage message) {
    int bytes = headBytes(message);
    for (PeerInfo peer : message.closer()) {
      bytes += ProtobufSize.delimited(Message.CLOSERPEERS_FIELD_NUMBER, peerBytes(peer));
    }
    for (PeerInfo peer : message.providers()) {
      bytes += ProtobufSize.delimited(Message.PROVIDERPEERS_FIELD_NUMBER, peerBytes(peer));
    }
    return bytes;
  }

  private static int headBytes(KadMessage message) {
    int number = message.type().number();
    int bytes = number == 0 ? 0 : ProtobufSize.varint(Message.TYPE_FIELD_NUMBER, number);
    bytes += unlessEmpty(Message.KEY_FIELD_NUMBER, message.key().size());
    if (message.record().isPresent()) {
      int recordBytes = recordBytes(message.record().get());
      bytes += ProtobufSize.delimited(Message.RECORD_FIELD_NUMBER, recordBytes);
    }
    return bytes;
  }

  private static int recordBytes(ValueRecord record) {
    int timeBytes = record.received().map(time -> time.toString().length()).orElse(0);
    return unlessEmpty(Record.KEY_FIELD_NUMBER, record.key().size())
        + unlessEmpty(Record.VALUE_FIELD_NUMBER, record.value().size())
        + unlessEmpty(Record.TIMERECEIVED_FIELD_NUMBER, timeBytes);
  }

  private static int unlessEmpty(int field, int valueBytes) {
    return valueBytes == 0 ? 0 : ProtobufSize.delimited(field, valueBytes);
  }

  private static int peerBytes(PeerInfo peer) {
    int bytes = ProtobufSize.delimited(Message.Peer.ID_FIELD_NUMBER, peer.peerId().bytes().size());
    for (Multiaddr address : peer.addresses()) {
      bytes += ProtobufSize.delimited(Message.Peer.ADDRS_FIELD_NUMBER, address.bytes().size());
    }
    return bytes;
  }

  /**
   * Returns the message as far as it may be sent: at most {@value #MESSAGE_BYTES_MAX} bytes,
   * {@value #CLOSER_MAX} closer peers, {@value #PROVIDERS_MAX} providers, and of each peer the
   * first {@value #ADDRESSES_WRITTEN_MAX} addresses. What finds no room is left out, providers
   * first.
   */
  static KadMessage fitted(KadMessage message) {
    if (message.closer().size() <= CLOSER_MAX
        && message.providers().size() <= PROVIDERS_MAX
        && message.encodedBytes() <= MESSAGE_BYTES_MAX
        && areFitted(message.closer())
        && areFitted(message.providers())) {
      return message;
    }
    Room room = new Room(MESSAGE_BYTES_MAX - headBytes(message));
    List<PeerInfo> closer = room.take(message.closer(), CLOSER_MAX);
    return new KadMessage(
        message.type(),
        message.key(),
        closer,
        room.take(message.providers(), PROVIDERS_MAX),
        message.record());
  }

  private static boolean areFitted(List<PeerInfo> peers) {
    for (PeerInfo peer : peers) {
      if (!isFitted(peer)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFitted(PeerInfo peer) {
    return peer.addresses().size() <= ADDRESSES_WRITTEN_MAX;
  }

  /** What is left of a message's bytes. */
  private static final class Room {
    private int bytes;

    Room(int bytes) {
      this.bytes = bytes;
    }

    List<PeerInfo> take(List<PeerInfo> peers, int countMax) {
      List<PeerInfo> taken = new ArrayList<>();
      for (PeerInfo peer : peers.subList(0, Math.min(countMax, peers.size()))) {
        List<Multiaddr> addresses = peer.addresses();
        PeerInfo fitted =
            isFitted(peer)
                ? peer
                : new PeerInfo(peer.peerId(), addresses.subList(0, ADDRESSES_WRITTEN_MAX));
        bytes -= ProtobufSize.delimited(Message.CLOSERPEERS_FIELD_NUMBER, peerBytes(fitted));
        if (bytes >= 0) {
          taken.add(fitted);
        }
      }
      return taken;
    }
  }

  private static Record record(ValueRecord record) {
    return Record.newBuilder()
        .setKey(ByteString.copyFrom(record.key().asReadOnlyByteBuffer()))
        .setValue(ByteString.copyFrom(record.value().asReadOnlyByteBuffer()))
        .setTimeReceived(record.received().map(Instant::toString).orElse(""))
        .build();
  }

  private static Message.Peer peer(PeerInfo peer) {
    Message.Peer.Builder builder =
        Message.Peer.newBuilder().setId(ByteString.copyFrom(peer.peerId().encode()));
    peer.addresses().forEach(address -> builder.addAddrs(ByteString.copyFrom(address.encode())));
    return builder.build();
  }
}
