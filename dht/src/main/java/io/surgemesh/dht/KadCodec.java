package io.surgemesh.dht;

import io.surgemesh.dht.pb.Message;
import io.surgemesh.dht.pb.Record;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufSize;
import io.surgemesh.wire.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

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

  /** The longest message read, in bytes. */
  static final int MESSAGE_BYTES_MAX = 64 * 1024;

  /**
   * The longest message written unless its value alone is longer, in bytes: what rust-libp2p reads
   * by default.
   */
  static final int WRITTEN_BYTES_MAX = 16 * 1024;

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

  @Override
  public KadMessage decode(byte[] encoded) throws MalformedMessageException {
    return KadReader.read(encoded);
  }

  /**
   * Returns the message as bytes; one that is not {@link #fitted} may be refused by who reads it.
   */
  @Override
  public byte[] encode(KadMessage message) {
    ProtobufWriter writer = new ProtobufWriter(message.encodedBytes());
    int number = message.type().number();
    if (number != 0) {
      writer.varint(Message.TYPE_FIELD_NUMBER, number);
    }
    writer.bytesUnlessEmpty(Message.KEY_FIELD_NUMBER, message.key());
    message.record().ifPresent(record -> write(writer, record));
    message.closer().forEach(peer -> write(writer, Message.CLOSERPEERS_FIELD_NUMBER, peer));
    message.providers().forEach(peer -> write(writer, Message.PROVIDERPEERS_FIELD_NUMBER, peer));
    return writer.finish();
  }

  private static void write(ProtobufWriter writer, ValueRecord record) {
    writer.head(Message.RECORD_FIELD_NUMBER, recordBytes(record));
    writer.bytesUnlessEmpty(Record.KEY_FIELD_NUMBER, record.key());
    writer.bytesUnlessEmpty(Record.VALUE_FIELD_NUMBER, record.value());
    String time = record.received().map(Instant::toString).orElse("");
    Bytes encodedTime = Bytes.of(time.getBytes(StandardCharsets.US_ASCII));
    writer.bytesUnlessEmpty(Record.TIMERECEIVED_FIELD_NUMBER, encodedTime);
  }

  private static void write(ProtobufWriter writer, int field, PeerInfo peer) {
    writer.head(field, peerBytes(peer));
    writer.bytes(Message.Peer.ID_FIELD_NUMBER, peer.peerId().bytes());
    for (Multiaddr address : peer.addresses()) {
      writer.bytes(Message.Peer.ADDRS_FIELD_NUMBER, address.bytes());
    }
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
    bytes += ProtobufSize.unlessEmpty(Message.KEY_FIELD_NUMBER, message.key().size());
    if (message.record().isPresent()) {
      int recordBytes = recordBytes(message.record().get());
      bytes += ProtobufSize.delimited(Message.RECORD_FIELD_NUMBER, recordBytes);
    }
    return bytes;
  }

  private static int recordBytes(ValueRecord record) {
    int timeBytes = record.received().map(time -> time.toString().length()).orElse(0);
    return ProtobufSize.unlessEmpty(Record.KEY_FIELD_NUMBER, record.key().size())
        + ProtobufSize.unlessEmpty(Record.VALUE_FIELD_NUMBER, record.value().size())
        + ProtobufSize.unlessEmpty(Record.TIMERECEIVED_FIELD_NUMBER, timeBytes);
  }

  /** Counts the bytes of a peer, without what says that it is one. */
  static int peerBytes(PeerInfo peer) {
    int bytes = ProtobufSize.delimited(Message.Peer.ID_FIELD_NUMBER, peer.peerId().bytes().size());
    for (Multiaddr address : peer.addresses()) {
      bytes += ProtobufSize.delimited(Message.Peer.ADDRS_FIELD_NUMBER, address.bytes().size());
    }
    return bytes;
  }

  /**
   * Returns the message as far as it may be sent: at most {@value #CLOSER_MAX} closer peers,
   * {@value #PROVIDERS_MAX} providers, of each peer the first {@value #ADDRESSES_WRITTEN_MAX}
   * addresses, and {@value #WRITTEN_BYTES_MAX} bytes; {@link MessageCut} says what is left out.
   * With a value that alone takes more it may have {@value #MESSAGE_BYTES_MAX}, since whoever reads
   * that reads the peers beside it.
   */
  static KadMessage fitted(KadMessage message) {
    int bytesMax = headBytes(message) > WRITTEN_BYTES_MAX ? MESSAGE_BYTES_MAX : WRITTEN_BYTES_MAX;
    boolean isFitted =
        message.closer().size() <= CLOSER_MAX
            && message.providers().size() <= PROVIDERS_MAX
            && message.encodedBytes() <= bytesMax
            && areFitted(message.closer())
            && areFitted(message.providers());
    return isFitted ? message : MessageCut.cut(message, bytesMax);
  }

  private static boolean areFitted(List<PeerInfo> peers) {
    for (PeerInfo peer : peers) {
      if (peer.addresses().size() > ADDRESSES_WRITTEN_MAX) {
        return false;
      }
    }
    return true;
  }
}
