package io.surgemesh.host;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufCursor;
import io.surgemesh.wire.ProtobufSize;
import io.surgemesh.wire.ProtobufWriter;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.Identify;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Identify messages as bytes and back (libp2p identify spec, The Identify Message). */
enum IdentifyCodec implements FrameCodec<IdentifyMessage> {
  INSTANCE;

  private static final String PROTOCOL_VERSION = "ipfs/0.1.0";
  private static final ScanLimits LIMITS =
      new ScanLimits(io.surgemesh.host.Identify.MESSAGE_BYTES_MAX, 512, 2);

  @Override
  public byte[] encode(IdentifyMessage message) {
    ProtobufWriter writer = new ProtobufWriter(encodedBytes(message));
    writer.bytesUnlessEmpty(Identify.PUBLICKEY_FIELD_NUMBER, message.publicKey());
    for (Multiaddr address : message.addresses()) {
      writer.bytes(Identify.LISTENADDRS_FIELD_NUMBER, address.bytes());
    }
    for (ProtocolId protocol : message.protocols()) {
      writer.text(Identify.PROTOCOLS_FIELD_NUMBER, protocol.value());
    }
    writer.bytes(Identify.OBSERVEDADDR_FIELD_NUMBER, message.observed());
    writer.text(Identify.PROTOCOLVERSION_FIELD_NUMBER, PROTOCOL_VERSION);
    writer.text(Identify.AGENTVERSION_FIELD_NUMBER, message.agentVersion());
    writer.bytesUnlessEmpty(
        Identify.SIGNEDPEERRECORD_FIELD_NUMBER, message.signedPeerRecord().envelope());
    return writer.finish();
  }

  @Override
  public int encodedBytes(IdentifyMessage message) {
    int bytes =
        ProtobufSize.delimited(Identify.PROTOCOLVERSION_FIELD_NUMBER, PROTOCOL_VERSION.length())
            + ProtobufSize.text(Identify.AGENTVERSION_FIELD_NUMBER, message.agentVersion())
            + ProtobufSize.delimited(Identify.OBSERVEDADDR_FIELD_NUMBER, message.observed().size())
            + ProtobufSize.unlessEmpty(Identify.PUBLICKEY_FIELD_NUMBER, message.publicKey().size())
            + ProtobufSize.unlessEmpty(
                Identify.SIGNEDPEERRECORD_FIELD_NUMBER,
                message.signedPeerRecord().envelope().size());
    for (Multiaddr address : message.addresses()) {
      bytes += ProtobufSize.delimited(Identify.LISTENADDRS_FIELD_NUMBER, address.bytes().size());
    }
    for (ProtocolId protocol : message.protocols()) {
      bytes += ProtobufSize.delimited(Identify.PROTOCOLS_FIELD_NUMBER, protocol.value().length());
    }
    return bytes;
  }

  @Override
  public IdentifyMessage decode(byte[] body) throws MalformedMessageException {
    ProtobufCursor cursor = new ProtobufCursor(body, LIMITS);
    Set<Multiaddr> addresses = new LinkedHashSet<>();
    Set<ProtocolId> protocols = new LinkedHashSet<>();
    Bytes publicKey = Bytes.EMPTY;
    Bytes observed = Bytes.EMPTY;
    Bytes signedPeerRecord = Bytes.EMPTY;
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case Identify.PUBLICKEY_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          publicKey = cursor.bytes();
        }
        case Identify.LISTENADDRS_FIELD_NUMBER -> addKnown(addresses, cursor.bytes());
        case Identify.PROTOCOLS_FIELD_NUMBER -> addValid(protocols, cursor.text());
        case Identify.OBSERVEDADDR_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          observed = cursor.bytes();
        }
        case Identify.PROTOCOLVERSION_FIELD_NUMBER, Identify.AGENTVERSION_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          String unused = cursor.text();
        }
        case Identify.SIGNEDPEERRECORD_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          signedPeerRecord = cursor.bytes();
        }
        default -> cursor.skip();
      }
    }
    return new IdentifyMessage(
        publicKey,
        List.copyOf(addresses),
        observed,
        List.copyOf(protocols),
        "",
        new SignedRecord(signedPeerRecord));
  }

  /** Addresses of transports that we do not know are no fault. */
  private static void addKnown(Set<Multiaddr> addresses, Bytes encoded) {
    if (addresses.size() < io.surgemesh.host.Identify.ADDRESSES_MAX) {
      try {
        addresses.add(Multiaddr.decode(encoded).withoutPeerId());
      } catch (MalformedMessageException unknown) {
        return;
      }
    }
  }

  private static void addValid(Set<ProtocolId> protocols, String name) {
    if (protocols.size() < Peerstore.PROTOCOLS_MAX && ProtocolId.isValid(name)) {
      protocols.add(new ProtocolId(name));
    }
  }
}
