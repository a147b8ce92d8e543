package io.surgemesh.host;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ProtobufSize;
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
    Identify.Builder encoded =
        Identify.newBuilder()
            .setProtocolVersion(PROTOCOL_VERSION)
            .setAgentVersion(message.agentVersion())
            .setObservedAddr(string(message.observed()));
    if (!message.publicKey().isEmpty()) {
      encoded.setPublicKey(string(message.publicKey()));
    }
    for (Multiaddr address : message.addresses()) {
      encoded.addListenAddrs(ByteString.copyFrom(address.encode()));
    }
    if (!message.signedPeerRecord().envelope().isEmpty()) {
      encoded.setSignedPeerRecord(string(message.signedPeerRecord().envelope()));
    }
    message.protocols().forEach(protocol -> encoded.addProtocols(protocol.value()));
    return encoded.build().toByteArray();
  }

  @Override
  public int encodedBytes(IdentifyMessage message) {
    int bytes =
        ProtobufSize.delimited(Identify.PROTOCOLVERSION_FIELD_NUMBER, PROTOCOL_VERSION.length())
            + ProtobufSize.delimited(
                Identify.AGENTVERSION_FIELD_NUMBER, message.agentVersion().length())
            + ProtobufSize.delimited(Identify.OBSERVEDADDR_FIELD_NUMBER, message.observed().size())
            + unlessEmpty(Identify.PUBLICKEY_FIELD_NUMBER, message.publicKey())
            + unlessEmpty(
                Identify.SIGNEDPEERRECORD_FIELD_NUMBER, message.signedPeerRecord().envelope());
    for (Multiaddr address : message.addresses()) {
      bytes += ProtobufSize.delimited(Identify.LISTENADDRS_FIELD_NUMBER, address.bytes().size());
    }
    for (ProtocolId protocol : message.protocols()) {
      bytes += ProtobufSize.delimited(Identify.PROTOCOLS_FIELD_NUMBER, protocol.value().length());
    }
    return bytes;
  }

  private static int unlessEmpty(int field, Bytes value) {
    return value.isEmpty() ? 0 : ProtobufSize.delimited(field, value.size());
  }

  @Override
  public IdentifyMessage decode(byte[] body) throws MalformedMessageException {
    Identify message = ProtobufScan.parse(Identify.getDefaultInstance(), body, LIMITS);
    Set<Multiaddr> addresses = new LinkedHashSet<>();
    for (ByteString encoded : message.getListenAddrsList()) {
      if (addresses.size() < io.surgemesh.host.Identify.ADDRESSES_MAX) {
        addKnown(addresses, encoded.toByteArray());
      }
    }
    Set<ProtocolId> protocols = new LinkedHashSet<>();
    for (String name : message.getProtocolsList()) {
      if (protocols.size() < Peerstore.PROTOCOLS_MAX && ProtocolId.isValid(name)) {
        protocols.add(new ProtocolId(name));
      }
    }
    return new IdentifyMessage(
        bytes(message.getPublicKey()),
        List.copyOf(addresses),
        bytes(message.getObservedAddr()),
        List.copyOf(protocols),
        "",
        new SignedRecord(bytes(message.getSignedPeerRecord())));
  }

  /** Addresses of transports that we do not know are no fault. */
  private static void addKnown(Set<Multiaddr> addresses, byte[] encoded) {
    try {
      addresses.add(Multiaddr.decode(encoded).withoutPeerId());
    } catch (MalformedMessageException unknown) {
      return;
    }
  }

  private static ByteString string(Bytes bytes) {
    return ByteString.copyFrom(bytes.asReadOnlyByteBuffer());
  }

  private static Bytes bytes(ByteString string) {
    return Bytes.of(string.toByteArray());
  }
}
