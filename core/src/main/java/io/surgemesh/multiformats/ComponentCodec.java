package io.surgemesh.multiformats;

import io.surgemesh.multiformats.Multiaddr.Component;
import io.surgemesh.multiformats.Multiaddr.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text and bytes of one step of a {@link Multiaddr}, checked in both directions. */
final class ComponentCodec {
  private static final int NAME_CHARACTERS_MAX = 253;
  private static final int LABEL_CHARACTERS_MAX = 63;

  // values() makes a new array each time.
  private static final Protocol[] PROTOCOLS = Protocol.values();

  private ComponentCodec() {}

  static Protocol protocol(String text) throws MalformedMessageException {
    for (Protocol protocol : PROTOCOLS) {
      if (protocol.text().equals(text)) {
        return protocol;
      }
    }
    if (text.equals("ipfs")) {
      return Protocol.P2P;
    }
    throw new MalformedMessageException("unknown multiaddr protocol");
  }

  private static Protocol protocol(long code) throws MalformedMessageException {
    for (Protocol protocol : PROTOCOLS) {
      if (protocol.code() == code) {
        return protocol;
      }
    }
    throw new MalformedMessageException("unknown multiaddr protocol code " + code);
  }

  static Component parse(Protocol protocol, String text) throws MalformedMessageException {
    return component(
        protocol,
        switch (protocol) {
          case IP4 -> IpAddress.parse4(text);
          case IP6 -> IpAddress.parse6(text);
          case TCP, UDP -> port(text);
          case DNS, DNS4, DNS6, DNSADDR -> Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
          case P2P -> Bytes.wrap(PeerIdFormat.parse(text).encode());
          case P2P_CIRCUIT, TLS, QUIC_V1, WS, WSS -> Bytes.EMPTY;
        });
  }

  static Component read(ByteBuffer source) throws MalformedMessageException {
    Protocol protocol = protocol(Varint.read(source));
    long length =
        protocol.valueBytes() == Protocol.VARIABLE ? Varint.read(source) : protocol.valueBytes();
    if (length > source.remaining()) {
      throw new MalformedMessageException("multiaddr ends inside a value of " + protocol.text());
    }
    byte[] value = new byte[(int) length];
    source.get(value);
    return component(protocol, Bytes.wrap(value));
  }

  static void write(Component component, ByteArrayOutputStream target) {
    Varint.write(component.protocol().code(), target);
    if (component.protocol().valueBytes() == Protocol.VARIABLE) {
      Varint.write(component.value().size(), target);
    }
    target.writeBytes(component.value().unwrap());
  }

  /** Checks a binary value of the protocol's length and finds its text. */
  static Component component(Protocol protocol, Bytes value) throws MalformedMessageException {
    String text =
        switch (protocol) {
          case IP4 -> IpAddress.text4(value);
          case IP6 -> IpAddress.text6(value);
          case TCP, UDP -> Integer.toString(IpAddress.group(value, 0));
          case DNS, DNS4, DNS6, DNSADDR -> name(value);
          case P2P -> PeerIdFormat.toBase58(PeerIdFormat.decode(value.unwrap()));
          case P2P_CIRCUIT, TLS, QUIC_V1, WS, WSS -> "";
        };
    return new Component(protocol, value, text);
  }

  private static Bytes port(String text) throws MalformedMessageException {
    int port = IpAddress.decimal(text, 65535);
    return Bytes.wrap(new byte[] {(byte) (port >>> 8), (byte) port});
  }

  /** A host name as resolvers take it: labels of letters, digits, hyphens and underscores. */
  private static String name(Bytes value) throws MalformedMessageException {
    if (value.isEmpty() || value.size() > NAME_CHARACTERS_MAX) {
      throw new MalformedMessageException("DNS name is empty or too long");
    }
    int label = 0;
    for (int i = 0; i < value.size(); i++) {
      int c = value.get(i);
      if (c == '.') {
        if (label == 0) {
          throw new MalformedMessageException("DNS name has an empty label");
        }
        label = 0;
        continue;
      }
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!allowed || ++label > LABEL_CHARACTERS_MAX) {
        throw new MalformedMessageException("DNS name has a bad character or a long label");
      }
    }
    return new String(value.unwrap(), StandardCharsets.US_ASCII);
  }
}
