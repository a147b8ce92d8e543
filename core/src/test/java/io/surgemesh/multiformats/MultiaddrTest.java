package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.surgemesh.multiformats.Multiaddr.Protocol;
import io.surgemesh.multiformats.Multiaddr.TcpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  private static final String HASHED = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
    "/ip4/127.0.0.1/tcp/4321, 047f0000010610e1",
    "/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321, 047f000001910204d2047f0000010610e1",
    "/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000,"
        + " 29200108a07ac542013ac986fffe317095061f40",
    "/ip4/1.2.3.4/udp/65535/quic-v1, 04010203049102ffffcd03",
    "/dns4/example.com/tcp/443/wss, 360b6578616d706c652e636f6d0601bbde03",
    "/ip4/1.2.3.4/tcp/80/ws, 0401020304060050dd03",
    "/dns6/a/tcp/0/tls/ws, 370161060000c003dd03",
    "/dnsaddr/bootstrap.libp2p.io, 3813626f6f7473747261702e6c69627032702e696f",
    "/dns/_x-1.A, 35065f782d312e41",
    "/p2p-circuit, a202"
  })
  void textAndBytesMatch(String text, String hex) throws MalformedMessageException {
    byte[] encoded = Bytes.fromHex(hex).toByteArray();
    assertThat(Multiaddr.parse(text).encode()).isEqualTo(encoded);
    assertThat(Multiaddr.decode(encoded)).hasToString(text).isEqualTo(Multiaddr.of(text));
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/1.2.3.4/tcp/1/, /ip4/1.2.3.4/tcp/1",
    "/ip6/0:0:0:0:0:0:0:1/tcp/1, /ip6/::1/tcp/1",
    "/ip6/FE80::00A/tcp/1, /ip6/fe80::a/tcp/1",
    "/ip6/1:0:0:2:0:0:0:3, /ip6/1:0:0:2::3",
    "/ip6/1:0:2:3:4:5:6:7, /ip6/1:0:2:3:4:5:6:7",
    "/ip6/::, /ip6/::",
    "/ip6/1::, /ip6/1::",
    "/ip6/::ffff:1.2.3.4, /ip6/::ffff:1.2.3.4",
    "/ip6/::ffff:102:304, /ip6/::ffff:1.2.3.4",
    "/ip6/64:ff9b::1.2.3.4, /ip6/64:ff9b::102:304",
    "/ip6/1:2:3:4:5:6:1.2.3.4, /ip6/1:2:3:4:5:6:102:304",
    "/ip6/0:0:1:0:0:1:0:0, /ip6/::1:0:0:1:0:0",
    "/ipfs/" + HASHED + ", /p2p/" + HASHED,
    "/p2p/bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe, /p2p/" + HASHED
  })
  void otherSpellingsReadAsTheCanonicalOne(String spelling, String canonical) {
    assertThat(Multiaddr.of(spelling)).hasToString(canonical).isEqualTo(Multiaddr.of(canonical));
    assertThat(Multiaddr.of(spelling)).hasSameHashCodeAs(Multiaddr.of(canonical));
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/1.2.3.4/tcp/4001, 01020304, 4001",
    "/ip4/1.2.3.4/tcp/4001/p2p/" + PEER + ", 01020304, 4001",
    "/ip6/::1/tcp/65535, 00000000000000000000000000000001, 65535",
    "/ip4/1.2.3.4/tcp/0, 01020304, 0",
    "/ip4/1.2.3.4, 01020304, 0",
    "/ip4/1.2.3.4/p2p/" + PEER + ", 01020304, 0",
    "/ip4/1.2.3.4/udp/4001, 01020304, 0",
    "/ip4/1.2.3.4/tcp/4001/ws, 01020304, 0",
    "/dns4/a/tcp/4001, '', 0",
    "/tcp/4001, '', 0",
    "/p2p/" + PEER + ", '', 0"
  })
  void anIpAddressAndItsPortAreAtHand(String text, String ipHex, int port) {
    Multiaddr address = Multiaddr.of(text);
    assertThat(address.ip()).isEqualTo(Bytes.fromHex(ipHex));
    assertThat(address.ipTcpPort()).isEqualTo(port);
    assertThat(address.endsWithPeerId()).isEqualTo(text.endsWith(PEER));
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/1.2.3.4/tcp/4001, 04010203040600ff, /ip4/1.2.3.4/tcp/255",
    "/ip6/::1/tcp/1/ws, 2900000000000000000000000000000001" + "0600ffdd03, /ip6/::1/tcp/255/ws",
    "/p2p/" + PEER + "/tcp/1, '', /p2p/" + PEER + "/tcp/255"
  })
  void anotherPortTakesThePlaceOfTheFirst(String text, String hex, String changed) {
    Multiaddr other = Multiaddr.of(text).withTcpPort(255);
    assertThat(other).isEqualTo(Multiaddr.of(changed)).hasToString(changed);
    assertThat(hex.isEmpty() || other.bytes().toHex().equals(hex)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/1.2.3.4/tcp/4001, 1.2.3.4, 4001",
    "/ip6/2001:db8::1/tcp/1, 2001:db8::1, 1",
    "/dns/example.com/tcp/65535, example.com, 65535",
    "/dns4/example.com/tcp/1, example.com, 1",
    "/dns6/example.com/tcp/1/p2p/" + PEER + ", example.com, 1"
  })
  void tcpTellsWhereToDial(String text, String host, int port) {
    assertThat(Multiaddr.of(text).tcp()).contains(new TcpAddress(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/1.2.3.4/udp/1/quic-v1",
        "/ip4/1.2.3.4",
        "/tcp/1",
        "/tcp/1/ip4/1.2.3.4",
        "/dnsaddr/example.com/tcp/1",
        "/ip4/1.2.3.4/tcp/1/ws",
        "/ip4/1.2.3.4/tcp/1/tls/ws",
        "/ip4/1.2.3.4/tcp/1/p2p/" + PEER + "/p2p-circuit",
        "/ip4/1.2.3.4/tcp/1/p2p/" + PEER + "/p2p-circuit/p2p/" + PEER,
        "/ip4/1.2.3.4/tcp/1/p2p/" + PEER + "/p2p/" + PEER,
        "/p2p/" + PEER
      })
  void otherShapesAreNotTcp(String text) {
    assertThat(Multiaddr.of(text).tcp()).isEmpty();
  }

  @Test
  void thePortOfTheFirstStepOfTcpIsReplaced() {
    assertThat(Multiaddr.of("/ip4/1.2.3.4/tcp/80/ws").withTcpPort(40_000))
        .isEqualTo(Multiaddr.of("/ip4/1.2.3.4/tcp/40000/ws"))
        .hasToString("/ip4/1.2.3.4/tcp/40000/ws");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Multiaddr.of("/ip4/1.2.3.4/udp/1").withTcpPort(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Multiaddr.of("/ip4/1.2.3.4/tcp/1").withTcpPort(0x10000));
  }

  @Test
  void componentsAndValuesCanBeFound() {
    Multiaddr address = Multiaddr.of("/ip4/1.2.3.4/tcp/7/ws");
    assertThat(address.components()).hasSize(3);
    assertThat(address.find(Protocol.TCP)).contains("7");
    assertThat(address.find(Protocol.WS)).contains("");
    assertThat(address.find(Protocol.UDP)).isEmpty();
  }

  @Test
  void thePeerAtTheEndCanBeReplacedAndCutOff() {
    Multiaddr bare = Multiaddr.of("/ip4/1.2.3.4/tcp/1");
    Bytes first = Multiaddr.of("/p2p/" + PEER).peerIdBytes().orElseThrow();
    Bytes second = Multiaddr.of("/p2p/" + HASHED).peerIdBytes().orElseThrow();
    Multiaddr named = bare.withPeerId(first);
    assertThat(named).hasToString("/ip4/1.2.3.4/tcp/1/p2p/" + PEER);
    assertThat(named.peerIdBytes()).contains(first);
    assertThat(named.withPeerId(second)).hasToString("/ip4/1.2.3.4/tcp/1/p2p/" + HASHED);
    assertThat(named.withoutPeerId()).isEqualTo(bare);
    assertThat(bare.withoutPeerId()).isSameAs(bare);
    assertThat(bare.peerIdBytes()).isEmpty();
    assertThat(Multiaddr.of("/p2p/" + PEER + "/p2p-circuit").peerIdBytes()).isEmpty();
    assertThat(Multiaddr.of("/p2p/" + PEER).withoutPeerId()).hasToString("/p2p/" + PEER);
    assertThatIllegalArgumentException().isThrownBy(() -> bare.withPeerId(Bytes.EMPTY));
  }

  @Test
  void aFullAddressStillTakesAPeer() {
    Multiaddr full = Multiaddr.of("/ip4/1.2.3.4" + "/ws".repeat(7));
    Bytes peer = Multiaddr.of("/p2p/" + PEER).peerIdBytes().orElseThrow();
    assertThat(full.withPeerId(peer).withoutPeerId()).isEqualTo(full);
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/1, LOOPBACK",
    "/ip4/127.255.0.9, LOOPBACK",
    "/ip6/::1, LOOPBACK",
    "/ip6/::ffff:127.0.0.1, LOOPBACK",
    "/ip4/10.1.2.3, PRIVATE",
    "/ip4/172.16.0.1, PRIVATE",
    "/ip4/172.31.0.1, PRIVATE",
    "/ip4/192.168.0.1, PRIVATE",
    "/ip4/169.254.0.1, PRIVATE",
    "/ip4/100.64.0.1, PRIVATE",
    "/ip6/fd00::1, PRIVATE",
    "/ip6/fe80::1, PRIVATE",
    "/ip6/::ffff:10.0.0.1, PRIVATE",
    "/ip4/0.0.0.0/tcp/1, UNSPECIFIED",
    "/ip6/::, UNSPECIFIED",
    "/ip4/8.8.8.8, PUBLIC",
    "/ip4/172.32.0.1, PUBLIC",
    "/ip4/100.128.0.1, PUBLIC",
    "/ip4/128.0.0.1, PUBLIC",
    "/ip6/2001:db8::, PUBLIC",
    "/ip6/::2, PUBLIC",
    "/dns4/localhost/tcp/1, PUBLIC",
    "/tcp/0, PUBLIC",
    "/p2p-circuit, PUBLIC"
  })
  void rangesOfAddressesAreKnown(String text, String range) {
    Multiaddr address = Multiaddr.of(text);
    assertThat(address.isLoopback()).isEqualTo(range.equals("LOOPBACK"));
    assertThat(address.isPrivate()).isEqualTo(range.equals("PRIVATE"));
    assertThat(address.isUnspecified()).isEqualTo(range.equals("UNSPECIFIED"));
  }

  @Test
  void orderIsThatOfTheBytes() {
    assertThat(Multiaddr.of("/ip4/1.2.3.4")).isLessThan(Multiaddr.of("/ip4/1.2.3.5"));
    assertThat(Multiaddr.of("/ip4/9.9.9.9")).isLessThan(Multiaddr.of("/ip6/::"));
  }
}
