package io.surgemesh.multiformats;

import io.surgemesh.multiformats.Multiaddr.Component;
import io.surgemesh.multiformats.Multiaddr.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

  /** Takes one step from {@code source}, of which nothing is made, and refuses a bad one. */
  static void check(ByteBuffer source) throws MalformedMessageException {
    Protocol protocol = protocol(Varint.read(source));
    int length = valueBytes(protocol, source);
    if (protocol.valueBytes() == Protocol.VARIABLE) {
      component(protocol, value(source, length));
    } else {
      source.position(source.position() + length);
    }
  }

  /** Reads the length of a value, which all of must be there. */
  private static int valueBytes(Protocol protocol, ByteBuffer source)
      throws MalformedMessageException {
    long length =
        protocol.valueBytes() == Protocol.VARIABLE ? Varint.read(source) : protocol.valueBytes();
    if (length > source.remaining()) {
      throw new MalformedMessageException("multiaddr ends inside a value of " + protocol.text());
    }
    return (int) length;
  }

  private static Bytes value(ByteBuffer source, int length) {
    byte[] value = new byte[length];
    source.get(value);
    return Bytes.wrap(value);
  }

  /** Reads every step of an address that has been checked. */
  static List<Component> readAll(Bytes encoded) {
    ByteBuffer source = ByteBuffer.wrap(encoded.unwrap());
    List<Component> components = new ArrayList<>();
    try {
      while (source.hasRemaining()) {
        Protocol protocol = protocol(Varint.read(source));
        int length = valueBytes(protocol, source);
        components.add(component(protocol, value(source, length)));
      }
    } catch (MalformedMessageException impossible) {
      throw new AssertionError("checked before", impossible);
    }
    return components;
  }

  /** Returns where the first step of a protocol begins in a checked address; -1 for nowhere. */
  static int find(Protocol wanted, Bytes encoded) {
    ByteBuffer source = ByteBuffer.wrap(encoded.unwrap());
    try {
      while (source.hasRemaining()) {
        int at = source.position();
        Protocol protocol = protocol(Varint.read(source));
        if (protocol == wanted) {
          return at;
        }
        int length = valueBytes(protocol, source);
        source.position(source.position() + length);
      }
      return -1;
    } catch (MalformedMessageException impossible) {
      throw new AssertionError("checked before", impossible);
    }
  }

  /** Returns whether a step of a protocol begins there, where some step must begin. */
  static boolean isAt(Protocol protocol, Bytes encoded, int start) {
    int at = start;
    int rest = protocol.code();
    for (; rest > 0x7f; rest >>>= 7) {
      if (encoded.get(at++) != (byte) (rest | 0x80)) {
        return false;
      }
    }
    return encoded.get(at) == (byte) rest;
  }

  /** Returns how long the IP address is with which a checked address begins; 0 for no such. */
  static int ipBytes(Bytes encoded) {
    if (isAt(Protocol.IP4, encoded, 0)) {
      return Protocol.IP4.valueBytes();
    }
    return isAt(Protocol.IP6, encoded, 0) ? Protocol.IP6.valueBytes() : 0;
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
