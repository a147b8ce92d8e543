package io.surgemesh.multiformats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A self-describing network address such as {@code /ip4/192.0.2.1/tcp/4001} (multiformats
 * multiaddr).
 *
 * <p>Immutable; equal and ordered by the encoded bytes, so two spellings of one address are equal.
 * Text and bytes that are read may have at most {@value #COMPONENTS_MAX} components and {@value
 * #BYTES_MAX} bytes. Any sequence of known protocols is accepted, whether or not it can be dialed.
 */
public final class Multiaddr implements Comparable<Multiaddr> {
  /** The most components read from a peer or from text. */
  public static final int COMPONENTS_MAX = 8;

  /** The most bytes read from a peer; text may be four times as long, in characters. */
  public static final int BYTES_MAX = 512;

  private static final int CHARACTERS_MAX = 4 * BYTES_MAX;

  /** Where the value of a first step stands whose code takes one byte, as that of IP does. */
  private static final int IP_AT = 1;

  private static final int TCP_STEP_BYTES = 3;

  /** What is known of one step of an address. */
  public enum Protocol {
    /** An IPv4 address; 4 bytes. */
    IP4(0x04, "ip4", 4),
    /** A TCP port; 2 bytes. */
    TCP(0x06, "tcp", 2),
    /** An IPv6 address without a zone; 16 bytes. */
    IP6(0x29, "ip6", 16),
    /** A name that resolves to IPv4 and IPv6 addresses. */
    DNS(0x35, "dns", Protocol.VARIABLE),
    /** A name that resolves to IPv4 addresses. */
    DNS4(0x36, "dns4", Protocol.VARIABLE),
    /** A name that resolves to IPv6 addresses. */
    DNS6(0x37, "dns6", Protocol.VARIABLE),
    /** A name whose TXT records hold multiaddrs. */
    DNSADDR(0x38, "dnsaddr", Protocol.VARIABLE),
    /** A UDP port; 2 bytes. */
    UDP(0x0111, "udp", 2),
    /** Through the peer named before it; no value. */
    P2P_CIRCUIT(0x0122, "p2p-circuit", 0),
    /** The peer expected there; its multihash. The old text name {@code ipfs} is read too. */
    P2P(0x01a5, "p2p", Protocol.VARIABLE),
    /** TLS on the transport before it; no value. */
    TLS(0x01c0, "tls", 0),
    /** QUIC version 1 of RFC 9000; no value. */
    QUIC_V1(0x01cd, "quic-v1", 0),
    /** WebSocket; no value. */
    WS(0x01dd, "ws", 0),
    /** WebSocket over TLS; no value. */
    WSS(0x01de, "wss", 0);

    static final int VARIABLE = -1;

    private final int code;
    private final String text;
    private final int valueBytes;

    Protocol(int code, String text, int valueBytes) {
      this.code = code;
      this.text = text;
      this.valueBytes = valueBytes;
    }

    /** Returns the code in the multicodec table. */
    public int code() {
      return code;
    }

    /** Returns the name used in text, without slashes. */
    public String text() {
      return text;
    }

    /** Returns how many bytes a value has; {@link #VARIABLE} when a length comes before it. */
    int valueBytes() {
      return valueBytes;
    }
  }

  /**
   * One step of an address.
   *
   * @param value the binary value, without its length; empty when the protocol has none
   * @param text the value as text; empty when the protocol has none
   */
  public record Component(Protocol protocol, Bytes value, String text) {}

  /**
   * What a TCP dial needs.
   *
   * @param host a literal IP address without brackets, or a DNS name
   * @param port 0 to 65535
   */
  public record TcpAddress(String host, int port) {}

  private final Bytes encoded;

  // Where the last step begins, and what the IpAddress at the beginning is.
  private final short lastAt;
  private final byte ipTraits;

  // Unset until asked for; as in String, threads may make them twice but never differently.
  // Addresses are mostly compared and passed on: they come by the hundred with each answer.
  private @Nullable List<Component> components;

  private Multiaddr(Bytes encoded, int lastAt) {
    this.encoded = encoded;
    this.lastAt = (short) lastAt;
    this.ipTraits = IpAddress.traits(encoded, IP_AT, ComponentCodec.ipBytes(encoded));
  }

  /**
   * Reads the text form; one slash at the end is tolerated.
   *
   * @throws MalformedMessageException when it does not begin with a slash, names an unknown
   *     protocol, has a bad value, or is too long
   */
  public static Multiaddr parse(String text) throws MalformedMessageException {
    if (text.length() > CHARACTERS_MAX) {
      throw new MalformedMessageException("multiaddr text is too long");
    }
    String[] parts = text.split("/", -1);
    int end = parts[parts.length - 1].isEmpty() ? parts.length - 1 : parts.length;
    if (end < 2 || !parts[0].isEmpty()) {
      throw new MalformedMessageException("multiaddr does not begin with a slash and a protocol");
    }
    List<Component> components = new ArrayList<>();
    for (int i = 1; i < end; ) {
      Protocol protocol = ComponentCodec.protocol(parts[i++]);
      String value = "";
      if (protocol.valueBytes() != 0) {
        if (i == end) {
          throw new MalformedMessageException(
              "multiaddr ends before a value of " + protocol.text());
        }
        value = parts[i++];
      }
      if (components.size() == COMPONENTS_MAX) {
        throw new MalformedMessageException("multiaddr has too many components");
      }
      components.add(ComponentCodec.parse(protocol, value));
    }
    Multiaddr address = of(components);
    if (address.encoded.size() > BYTES_MAX) {
      throw new MalformedMessageException("multiaddr is too long");
    }
    return address;
  }

  /**
   * Reads the text form of a literal.
   *
   * @throws IllegalArgumentException when {@link #parse} refuses it
   */
  public static Multiaddr of(String text) {
    try {
      return parse(text);
    } catch (MalformedMessageException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
  }

  /**
   * Reads the binary form, which must take up all of {@code encoded}.
   *
   * @throws MalformedMessageException when it is empty, truncated or too long, has an unknown
   *     protocol code or a bad value
   */
  public static Multiaddr decode(byte[] encoded) throws MalformedMessageException {
    if (encoded.length > BYTES_MAX) {
      throw new MalformedMessageException("multiaddr is too long");
    }
    return decode(Bytes.of(encoded));
  }

  /**
   * Reads the binary form, as {@link #decode(byte[])} does.
   *
   * @throws MalformedMessageException as there
   */
  public static Multiaddr decode(Bytes encoded) throws MalformedMessageException {
    if (encoded.isEmpty() || encoded.size() > BYTES_MAX) {
      throw new MalformedMessageException("multiaddr is empty or too long");
    }
    ByteBuffer source = ByteBuffer.wrap(encoded.unwrap());
    int last = 0;
    for (int count = 0; source.hasRemaining(); count++) {
      if (count == COMPONENTS_MAX) {
        throw new MalformedMessageException("multiaddr has too many components");
      }
      last = source.position();
      ComponentCodec.check(source);
    }
    return new Multiaddr(encoded, last);
  }

  private static Multiaddr of(List<Component> components) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    int last = 0;
    for (Component component : components) {
      last = target.size();
      ComponentCodec.write(component, target);
    }
    return new Multiaddr(Bytes.wrap(target.toByteArray()), last);
  }

  /** Returns the binary form, a copy. */
  public byte[] encode() {
    return encoded.toByteArray();
  }

  /** Returns the binary form. */
  public Bytes bytes() {
    return encoded;
  }

  /** Returns the steps in order, at least one; unmodifiable. */
  public List<Component> components() {
    List<Component> known = components;
    if (known == null) {
      known = List.copyOf(ComponentCodec.readAll(encoded));
      components = known;
    }
    return known;
  }

  /** Returns the text value of the first step of {@code protocol}; empty text when it has none. */
  public Optional<String> find(Protocol protocol) {
    return components().stream()
        .filter(component -> component.protocol() == protocol)
        .map(Component::text)
        .findFirst();
  }

  /**
   * Returns where to dial when this is an IP address or DNS name, a TCP port, and at most the
   * expected peer after them; empty for every other shape, {@code dnsaddr} among them.
   */
  public Optional<TcpAddress> tcp() {
    List<Component> steps = components();
    int bare = endsWithPeerId() ? steps.size() - 1 : steps.size();
    if (bare != 2 || steps.get(1).protocol() != Protocol.TCP) {
      return Optional.empty();
    }
    return switch (steps.get(0).protocol()) {
      case IP4, IP6, DNS, DNS4, DNS6 ->
          Optional.of(new TcpAddress(steps.get(0).text(), Integer.parseInt(steps.get(1).text())));
      default -> Optional.empty();
    };
  }

  /** Returns the multihash of the peer this address ends with; empty when it ends otherwise. */
  public Optional<Bytes> peerIdBytes() {
    return endsWithPeerId()
        ? Optional.of(components().get(components().size() - 1).value())
        : Optional.empty();
  }

  /** Returns whether this ends with a peer. */
  public boolean endsWithPeerId() {
    return ComponentCodec.isAt(Protocol.P2P, encoded, lastAt);
  }

  /**
   * Returns this address ending with the given peer, in place of the one it ends with, if any.
   *
   * <p>The result may exceed the bounds on what is read by this one component.
   *
   * @param peerId the multihash of a peer id
   * @throws IllegalArgumentException when {@code peerId} is not of that form
   */
  public Multiaddr withPeerId(Bytes peerId) {
    List<Component> changed = new ArrayList<>(components());
    if (endsWithPeerId()) {
      changed.remove(changed.size() - 1);
    }
    try {
      changed.add(ComponentCodec.component(Protocol.P2P, peerId));
    } catch (MalformedMessageException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
    return of(changed);
  }

  /**
   * Returns this address without the peer it ends with; itself when it ends otherwise, or when
   * nothing would be left.
   */
  public Multiaddr withoutPeerId() {
    return lastAt > 0 && endsWithPeerId()
        ? of(components().subList(0, components().size() - 1))
        : this;
  }

  /**
   * Returns this address with another port at its first step of TCP.
   *
   * @param port 0 to 65535
   * @throws IllegalArgumentException when there is no such step, or no such port
   */
  public Multiaddr withTcpPort(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port);
    }
    int at = ComponentCodec.find(Protocol.TCP, encoded);
    if (at < 0) {
      throw new IllegalArgumentException("no TCP in " + this);
    }
    byte[] changed = encoded.toByteArray();
    changed[at + 1] = (byte) (port >> Byte.SIZE);
    changed[at + 2] = (byte) port;
    return new Multiaddr(Bytes.wrap(changed), lastAt);
  }

  /** Returns whether this begins with a loopback IP address: 127.0.0.0/8, ::1. */
  public boolean isLoopback() {
    return (ipTraits & IpAddress.LOOPBACK) != 0;
  }

  /**
   * Returns whether this begins with an IP address of a private, shared or link-local network: RFC
   * 1918, RFC 6598, RFC 4193, 169.254.0.0/16 and fe80::/10. Loopback is not among them.
   */
  public boolean isPrivate() {
    return (ipTraits & IpAddress.PRIVATE) != 0;
  }

  /** Returns whether this begins with 0.0.0.0 or ::, which listen everywhere and dial nowhere. */
  public boolean isUnspecified() {
    return (ipTraits & IpAddress.UNSPECIFIED) != 0;
  }

  /** Returns the IP address that this begins with, 4 or 16 bytes; none when it is no such. */
  public Bytes ip() {
    int bytes = ComponentCodec.ipBytes(encoded);
    return bytes == 0 ? Bytes.EMPTY : encoded.slice(IP_AT, IP_AT + bytes);
  }

  /**
   * Returns the port when this is an IP address and a TCP port, with at most a peer after them; 0
   * otherwise, and for port 0.
   */
  public int ipTcpPort() {
    int at = IP_AT + ComponentCodec.ipBytes(encoded);
    int end = endsWithPeerId() ? lastAt : encoded.size();
    return at > IP_AT
            && end == at + TCP_STEP_BYTES
            && ComponentCodec.isAt(Protocol.TCP, encoded, at)
        ? IpAddress.group(encoded, at + 1)
        : 0;
  }

  @Override
  public int compareTo(Multiaddr other) {
    return encoded.compareTo(other.encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  /** Returns the text form, which {@link #parse} reads back; printable ASCII only. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Component component : components()) {
      text.append('/').append(component.protocol().text());
      if (component.protocol().valueBytes() != 0) {
        text.append('/').append(component.text());
      }
    }
    return text.toString();
  }
}
