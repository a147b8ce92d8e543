package io.surgemesh.netty;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One address to dial.
 *
 * @param address an IP address and a TCP port
 * @param known the same as it was known: a DNS name, or {@code address} itself
 * @param expected whom the peer must prove to be, null when anybody will do
 * @param named whether the caller asked for this very address, or a name that led to it
 */
record DialTarget(Multiaddr address, Multiaddr known, @Nullable PeerId expected, boolean named) {
  /** Returns whether dialling {@code address} needs no name resolution. */
  static boolean isLiteral(Multiaddr address) {
    Multiaddr.Protocol first = first(address);
    return first == Multiaddr.Protocol.IP4 || first == Multiaddr.Protocol.IP6;
  }

  /** Returns whether {@code address} is an IP address or a name with a TCP port to dial. */
  static boolean isDialable(Multiaddr address) {
    return !address.isUnspecified() && address.tcp().filter(tcp -> tcp.port() > 0).isPresent();
  }

  /** Returns whether {@code address} begins with a name whose TXT records hold multiaddrs. */
  static boolean isDnsaddr(Multiaddr address) {
    return first(address) == Multiaddr.Protocol.DNSADDR;
  }

  /** Returns whether an address ends with all that follows the name of a {@code /dnsaddr}. */
  static boolean endsLike(Multiaddr address, Multiaddr name) {
    List<Multiaddr.Component> suffix = name.components().subList(1, name.components().size());
    int start = address.components().size() - suffix.size();
    return start >= 0
        && address.components().subList(start, address.components().size()).equals(suffix);
  }

  /** Returns whether an address is on this machine or its own network. */
  static boolean isNear(Multiaddr address) {
    return address.isLoopback() || address.isPrivate();
  }

  private static Multiaddr.Protocol first(Multiaddr address) {
    return address.components().get(0).protocol();
  }
}
