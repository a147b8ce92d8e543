package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dials over real sockets, with more than one address or a name. */
@Tag("socket")
@Timeout(60)
class DialTest {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  private static Multiaddr loopback(int port) {
    return Multiaddr.of("/ip4/127.0.0.1/tcp/" + port);
  }

  private static String portOf(NettyHost host) {
    return host.addresses().get(0).find(Multiaddr.Protocol.TCP).orElseThrow();
  }

  @Test
  void aSilentAddressIsOvertakenAndItsSocketClosed() throws IOException {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      a.peerstore().addAddresses(b.peerId(), b.addresses());
      // The newest is tried first.
      a.peerstore().addAddresses(b.peerId(), List.of(loopback(silent.getLocalPort())));
      var dial = a.connect(b.peerId());
      try (Socket attempt = silent.accept()) {
        attempt.setSoTimeout(5_000);
        assertThat(Hosts.await(dial).remoteAddress()).isEqualTo(b.addresses().get(0));
        while (attempt.getInputStream().read() >= 0) {
          // The first flight of the handshake, until the close.
        }
      }
    }
    assertThat(a.connectedPeers()).containsExactly(b.peerId());
  }

  @Test
  void anAddressThatFailedIsLeftAloneForAWhile() throws IOException {
    NettyHost a = hosts.start();
    PeerId gone = KeyPair.generate(new SecureRandom()).peerId();
    ServerSocket former = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    int port = former.getLocalPort();
    former.close();
    a.peerstore().addAddresses(gone, List.of(loopback(port)));
    assertThat(reason(a, gone)).isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    // Who listens there now would never answer, so a dial would end otherwise.
    try (ServerSocket silent = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(silent.isBound()).isTrue();
      assertThat(reason(a, gone)).isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    }
  }

  @Test
  void whereSomebodyElseAnsweredIsBarredForThatPeerOnly() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    PeerId other = KeyPair.generate(new SecureRandom()).peerId();
    Multiaddr lie = b.addresses().get(0).withPeerId(other.bytes());
    assertThat(reasonOf(a.connect(lie))).isEqualTo(Unreachable.Reason.WRONG_PEER);
    b.close();
    // Barred: nobody listens there any more, and yet the old answer stands.
    assertThat(reasonOf(a.connect(lie))).isEqualTo(Unreachable.Reason.WRONG_PEER);
    assertThat(reasonOf(a.connect(Hosts.addressOf(b))))
        .isEqualTo(Unreachable.Reason.CONNECT_FAILED);
  }

  @Test
  void ourOwnAddressUnderAnothersNameIsForgotten() {
    NettyHost a = hosts.start();
    PeerId other = KeyPair.generate(new SecureRandom()).peerId();
    a.peerstore().addAddresses(other, a.addresses());
    assertThat(reason(a, other)).isEqualTo(Unreachable.Reason.SELF_DIAL);
    assertThat(a.peerstore().addresses(other)).isEmpty();
  }

  @Test
  void aDnsaddrIsFollowedThroughNamesToItsPeer() throws IOException {
    try (NameServer names = new NameServer()) {
      NettyHost a = hosts.start(c -> c.withNameServers(List.of(names.address())));
      NettyHost b = hosts.start();
      NettyHost c = hosts.start();
      names.text("_dnsaddr.mesh.test", "dnsaddr=/dnsaddr/one.mesh.test/p2p/" + b.peerId());
      names.text("_dnsaddr.mesh.test", "dnsaddr=/ip4/127.0.0.1/tcp/1/p2p/" + c.peerId());
      names.text("_dnsaddr.mesh.test", "v=spf1 -all");
      names.text("_dnsaddr.mesh.test", "dnsaddr=/not/an/address");
      names.text(
          "_dnsaddr.one.mesh.test",
          "dnsaddr=/dns4/host.mesh.test/tcp/" + portOf(b) + "/p2p/" + b.peerId());
      names.ip4("host.mesh.test", "127.0.0.1");
      Multiaddr name = Multiaddr.of("/dnsaddr/mesh.test/p2p/" + b.peerId());
      assertThat(Hosts.await(a.connect(name)).remotePeer()).isEqualTo(b.peerId());
      assertThat(a.peerstore().addresses(b.peerId()))
          .contains(Multiaddr.of("/dns4/host.mesh.test/tcp/" + portOf(b)));
    }
  }

  @Test
  void aPeerIsFoundAmongManyOthersOfADnsaddr() throws IOException {
    try (NameServer names = new NameServer()) {
      NettyHost a = hosts.start(c -> c.withNameServers(List.of(names.address())));
      NettyHost b = hosts.start();
      for (int i = 0; i < 2 * NameResolver.FOUND_MAX; i++) {
        PeerId other = KeyPair.generate(new SecureRandom()).peerId();
        names.text("_dnsaddr.many.test", "dnsaddr=/ip4/127.0.0.1/tcp/1/p2p/" + other);
      }
      names.text(
          "_dnsaddr.many.test", "dnsaddr=/ip4/127.0.0.1/tcp/" + portOf(b) + "/p2p/" + b.peerId());
      Multiaddr name = Multiaddr.of("/dnsaddr/many.test/p2p/" + b.peerId());
      assertThat(Hosts.await(a.connect(name)).remotePeer()).isEqualTo(b.peerId());
    }
  }

  @Test
  void aNameThatPointsAtItselfEnds() throws IOException {
    try (NameServer names = new NameServer()) {
      NettyHost a = hosts.start(c -> c.withNameServers(List.of(names.address())));
      names.text("_dnsaddr.mesh.test", "dnsaddr=/dnsaddr/mesh.test");
      assertThat(reasonOf(a.connect(Multiaddr.of("/dnsaddr/mesh.test"))))
          .isEqualTo(Unreachable.Reason.NO_ADDRESS);
      assertThat(reasonOf(a.connect(Multiaddr.of("/dns6/nobody.test/tcp/1"))))
          .isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    }
  }

  private static Unreachable.Reason reason(NettyHost host, PeerId peer) {
    return reasonOf(host.connect(peer));
  }

  private static Unreachable.Reason reasonOf(CompletableFuture<?> dial) {
    return ((Unreachable) Hosts.awaitFailure(dial)).reason();
  }
}
