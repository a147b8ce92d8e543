package io.surgemesh.host;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufCursor;
import io.surgemesh.wire.ProtobufSize;
import io.surgemesh.wire.ProtobufWriter;
import io.surgemesh.wire.ScanLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** AutoNAT messages as bytes and back (libp2p AutoNAT v1 spec, RPC messages). */
enum AutoNatCodec implements FrameCodec<AutoNatMessage> {
  INSTANCE;

  /** The longest message, in bytes. */
  static final int MESSAGE_BYTES_MAX = 8 * 1024;

  private static final int FIELDS_MAX = 512;
  private static final ScanLimits LIMITS = new ScanLimits(MESSAGE_BYTES_MAX, FIELDS_MAX, 3);

  private static final int TYPE = 1;
  private static final int DIAL = 2;
  private static final int RESPONSE = 3;
  private static final int TYPE_DIAL = 0;
  private static final int TYPE_RESPONSE = 1;

  private static final int DIAL_PEER = 1;
  private static final int PEER_ID = 1;
  private static final int PEER_ADDRESSES = 2;

  private static final int RESPONSE_STATUS = 1;
  private static final int RESPONSE_ADDRESS = 3;

  @Override
  public byte[] encode(AutoNatMessage message) {
    ProtobufWriter writer = new ProtobufWriter(encodedBytes(message));
    if (message instanceof AutoNatMessage.Dial dial) {
      writer.varint(TYPE, TYPE_DIAL);
      writer.head(DIAL, ProtobufSize.delimited(DIAL_PEER, peerBytes(dial)));
      writer.head(DIAL_PEER, peerBytes(dial));
      writer.bytesUnlessEmpty(PEER_ID, dial.peerId());
      dial.addresses().forEach(address -> writer.bytes(PEER_ADDRESSES, address.bytes()));
    } else if (message instanceof AutoNatMessage.Response response) {
      writer.varint(TYPE, TYPE_RESPONSE);
      writer.head(RESPONSE, responseBytes(response));
      writer.varint(RESPONSE_STATUS, response.status().code());
      writer.bytesUnlessEmpty(RESPONSE_ADDRESS, response.address());
    }
    return writer.finish();
  }

  @Override
  public int encodedBytes(AutoNatMessage message) {
    int bytes = ProtobufSize.varint(TYPE, TYPE_RESPONSE);
    if (message instanceof AutoNatMessage.Dial dial) {
      int inner = ProtobufSize.delimited(DIAL_PEER, peerBytes(dial));
      bytes += ProtobufSize.delimited(DIAL, inner);
    } else if (message instanceof AutoNatMessage.Response response) {
      bytes += ProtobufSize.delimited(RESPONSE, responseBytes(response));
    }
    return bytes;
  }

  private static int peerBytes(AutoNatMessage.Dial dial) {
    int bytes = ProtobufSize.unlessEmpty(PEER_ID, dial.peerId().size());
    for (Multiaddr address : dial.addresses()) {
      bytes += ProtobufSize.delimited(PEER_ADDRESSES, address.bytes().size());
    }
    return bytes;
  }

  private static int responseBytes(AutoNatMessage.Response response) {
    return ProtobufSize.varint(RESPONSE_STATUS, response.status().code())
        + ProtobufSize.unlessEmpty(RESPONSE_ADDRESS, response.address().size());
  }

  @Override
  public AutoNatMessage decode(byte[] body) throws MalformedMessageException {
    ProtobufCursor cursor = new ProtobufCursor(body, LIMITS);
    // Fields left out have their first value, as everywhere in protobuf.
    int type = TYPE_DIAL;
    AutoNatMessage dial = null;
    AutoNatMessage response = null;
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case TYPE -> {
          seen = cursor.once(seen);
          type = cursor.int32();
        }
        case DIAL -> {
          seen = cursor.once(seen);
          dial = readDial(cursor);
        }
        case RESPONSE -> {
          seen = cursor.once(seen);
          response = readResponse(cursor);
        }
        default -> cursor.skip();
      }
    }
    return required(
        type == TYPE_DIAL ? dial : type == TYPE_RESPONSE ? response : null, "type " + type);
  }

  private static AutoNatMessage required(@Nullable AutoNatMessage message, String what)
      throws MalformedMessageException {
    if (message == null) {
      throw new MalformedMessageException("nothing of " + what);
    }
    return message;
  }

  private static AutoNatMessage readDial(ProtobufCursor cursor) throws MalformedMessageException {
    AutoNatMessage dial = null;
    int outerEnd = cursor.enter();
    long seen = 0;
    while (cursor.next()) {
      if (cursor.field() == DIAL_PEER) {
        seen = cursor.once(seen);
        dial = readPeer(cursor);
      } else {
        cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    return required(dial, "a peer");
  }

  private static AutoNatMessage.Dial readPeer(ProtobufCursor cursor)
      throws MalformedMessageException {
    Bytes peerId = Bytes.EMPTY;
    List<Multiaddr> addresses = new ArrayList<>();
    int outerEnd = cursor.enter();
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case PEER_ID -> {
          seen = cursor.once(seen);
          peerId = cursor.bytes();
        }
        case PEER_ADDRESSES -> addKnown(addresses, cursor.bytes());
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    return new AutoNatMessage.Dial(peerId, addresses);
  }

  /** Addresses of transports that we do not know are no fault. */
  private static void addKnown(List<Multiaddr> addresses, Bytes encoded) {
    try {
      addresses.add(Multiaddr.decode(encoded).withoutPeerId());
    } catch (MalformedMessageException unknown) {
      return;
    }
  }

  private static AutoNatMessage.Response readResponse(ProtobufCursor cursor)
      throws MalformedMessageException {
    int status = AutoNatMessage.Status.OK.code();
    Bytes address = Bytes.EMPTY;
    int outerEnd = cursor.enter();
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case RESPONSE_STATUS -> {
          seen = cursor.once(seen);
          status = cursor.int32();
        }
        case RESPONSE_ADDRESS -> {
          seen = cursor.once(seen);
          address = cursor.bytes();
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    return new AutoNatMessage.Response(AutoNatMessage.Status.of(status), address);
  }
}
