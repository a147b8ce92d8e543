package io.surgemesh.netty;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Multiaddrs of TCP as the JDK's socket addresses, and the other way round. */
final class SocketAddresses {
  private SocketAddresses() {}

  /**
   * Returns the socket address of an IP address with a TCP port, without asking anybody.
   *
   * @throws IllegalArgumentException when {@code address} is something else
   */
  static InetSocketAddress literal(Multiaddr address) {
    Multiaddr.TcpAddress tcp = address.tcp().orElse(null);
    if (tcp == null || !DialTarget.isLiteral(address)) {
      throw new IllegalArgumentException("no IP address with a TCP port: " + address);
    }
    try {
      byte[] ip = address.components().get(0).value().toByteArray();
      return new InetSocketAddress(InetAddress.getByAddress(ip), tcp.port());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("literal address " + address, impossible);
    }
  }

  /** Returns the multiaddr of a socket's end. */
  static Multiaddr of(InetSocketAddress address) {
    return of(address.getAddress(), address.getPort());
  }

  static Multiaddr of(InetAddress ip, int port) {
    String host = ip.getHostAddress();
    int zone = host.indexOf('%');
    String kind = ip instanceof Inet4Address ? "/ip4/" : "/ip6/";
    String text = kind + (zone < 0 ? host : host.substring(0, zone)) + "/tcp/" + port;
    try {
      return Multiaddr.parse(text);
    } catch (MalformedMessageException impossible) {
      throw new IllegalStateException("socket address " + text, impossible);
    }
  }

  /**
   * Returns what to announce for a bound socket: itself, or when it is bound to every address,
   * those of this machine; loopback only when there is nothing else.
   */
  static List<Multiaddr> announced(InetSocketAddress bound) {
    if (!bound.getAddress().isAnyLocalAddress()) {
      return List.of(of(bound));
    }
    boolean ip4 = bound.getAddress() instanceof Inet4Address;
    List<Multiaddr> loopback = new ArrayList<>();
    List<Multiaddr> others = new ArrayList<>();
    for (InetAddress ip : interfaceAddresses()) {
      if (ip instanceof Inet4Address == ip4
          && !(ip instanceof Inet6Address && ip.isLinkLocalAddress())) {
        (ip.isLoopbackAddress() ? loopback : others).add(of(ip, bound.getPort()));
      }
    }
    Collections.sort(others);
    return others.isEmpty() ? loopback : others;
  }

  private static List<InetAddress> interfaceAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(SocketAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .toList();
    } catch (SocketException unknown) {
      return List.of(InetAddress.getLoopbackAddress());
    }
  }

  private static boolean isUp(NetworkInterface candidate) {
    try {
      return candidate.isUp();
    } catch (SocketException gone) {
      return false;
    }
  }
}
