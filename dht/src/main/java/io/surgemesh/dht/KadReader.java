package io.surgemesh.dht;

import io.surgemesh.dht.pb.Message;
import io.surgemesh.dht.pb.Record;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufCursor;
import io.surgemesh.wire.ScanLimits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one message of {@link KadCodec}: an answer names dozens of peers, and comes often. */
final class KadReader {
  private static final int NESTING = 2;
  private static final ScanLimits LIMITS =
      new ScanLimits(KadCodec.MESSAGE_BYTES_MAX, ScanLimits.defaults().fieldsMax(), NESTING);

  private final ProtobufCursor cursor;
  private int type;
  private Bytes key = Bytes.EMPTY;
  private Optional<ValueRecord> record = Optional.empty();
  private final List<PeerInfo> closer = new ArrayList<>(KadCodec.CLOSER_MAX);
  private final List<PeerInfo> providers = new ArrayList<>(0);

  private KadReader(byte[] encoded) throws MalformedMessageException {
    cursor = new ProtobufCursor(encoded, LIMITS);
  }

  /** Reads a message; one of an unknown type, or with too long a key, is malformed too. */
  static KadMessage read(byte[] encoded) throws MalformedMessageException {
    KadReader reader = new KadReader(encoded);
    reader.readMessage();
    Optional<KadMessage.Type> type = KadMessage.Type.find(reader.type);
    if (type.isEmpty()) {
      throw new MalformedMessageException("unknown message type " + reader.type);
    }
    if (reader.key.size() > KadCodec.KEY_BYTES_MAX) {
      throw new MalformedMessageException("key of " + reader.key.size() + " bytes");
    }
    return new KadMessage(type.get(), reader.key, reader.closer, reader.providers, reader.record);
  }

  private void readMessage() throws MalformedMessageException {
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case Message.TYPE_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          type = cursor.int32();
        }
        case Message.KEY_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          key = cursor.bytes();
        }
        case Message.RECORD_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          record = Optional.of(readRecord());
        }
        case Message.CLOSERPEERS_FIELD_NUMBER -> readPeer(closer, KadCodec.CLOSER_MAX);
        case Message.PROVIDERPEERS_FIELD_NUMBER -> readPeer(providers, KadCodec.PROVIDERS_MAX);
        case Message.CLUSTERLEVELRAW_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          int unused = cursor.int32();
        }
        default -> cursor.skip();
      }
    }
  }

  /** Reads a peer to its end, and takes it in as long as there is room, if its id can be read. */
  private void readPeer(List<PeerInfo> peers, int countMax) throws MalformedMessageException {
    int outerEnd = cursor.enter();
    boolean wanted = peers.size() < countMax;
    Bytes id = Bytes.EMPTY;
    List<Bytes> addresses = new ArrayList<>(1);
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case Message.Peer.ID_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          id = cursor.bytes();
        }
        case Message.Peer.ADDRS_FIELD_NUMBER -> {
          Bytes address = cursor.bytes();
          if (wanted) {
            addresses.add(address);
          }
        }
        case Message.Peer.CONNECTION_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          int unused = cursor.int32();
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    if (wanted) {
      add(peers, id, addresses);
    }
  }

  private static void add(List<PeerInfo> peers, Bytes encodedId, List<Bytes> encoded) {
    PeerId id;
    try {
      id = PeerId.decode(encodedId);
    } catch (MalformedMessageException unreadable) {
      return;
    }
    List<Multiaddr> addresses = new ArrayList<>(encoded.size());
    for (Bytes one : encoded) {
      if (addresses.size() == PeerInfo.ADDRESSES_MAX) {
        break;
      }
      address(one, id).filter(known -> !addresses.contains(known)).ifPresent(addresses::add);
    }
    peers.add(new PeerInfo(id, addresses));
  }

  private static Optional<Multiaddr> address(Bytes encoded, PeerId id) {
    try {
      Multiaddr address = Multiaddr.decode(encoded);
      Optional<Bytes> named = address.peerIdBytes();
      boolean another = named.isPresent() && !named.get().equals(id.bytes());
      Multiaddr bare = address.withoutPeerId();
      // What is left of an address that only names a peer leads nowhere.
      boolean leadsSomewhere = !bare.endsWithPeerId() && !bare.isUnspecified();
      return another || !leadsSomewhere ? Optional.empty() : Optional.of(bare);
    } catch (MalformedMessageException unreadable) {
      return Optional.empty();
    }
  }

  private ValueRecord readRecord() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    Bytes itsKey = Bytes.EMPTY;
    Bytes value = Bytes.EMPTY;
    String time = "";
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case Record.KEY_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          itsKey = cursor.bytes();
        }
        case Record.VALUE_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          value = cursor.bytes();
        }
        case Record.TIMERECEIVED_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          time = cursor.text();
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    if (itsKey.size() > KadCodec.KEY_BYTES_MAX || value.size() > Dht.VALUE_BYTES_MAX) {
      throw new MalformedMessageException("record of " + value.size() + " bytes");
    }
    return new ValueRecord(itsKey, value, time(time));
  }

  private static Optional<Instant> time(String text) {
    if (text.isEmpty() || text.length() > KadCodec.TIME_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }
}
