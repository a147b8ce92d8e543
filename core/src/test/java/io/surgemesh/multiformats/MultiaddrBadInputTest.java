package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrBadInputTest {
  private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "///",
        " /ip4/1.2.3.4",
        "ip4/1.2.3.4",
        "/ip4",
        "/ip4/",
        "/ip4//tcp/1",
        "/ip4/::1",
        "/ip4/1.2.3",
        "/ip4/1.2.3.4.5",
        "/ip4/1.2.3.256",
        "/ip4/1.2.3.-4",
        "/ip4/1.2.3.+4",
        "/ip4/1.2.3.04",
        "/ip4/1.2.3.",
        "/ip4/1..2.3",
        "/ip4/0x7f.0.0.1",
        "/ip4/2130706433",
        "/ip4/1.2.3.4 ",
        "/ip4/fdpsofodsajfdoisa",
        "/ip4/\u0661.2.3.4",
        "/ip6",
        "/ip6/",
        "/ip6/1.2.3.4",
        "/ip6/:",
        "/ip6/:::",
        "/ip6/1::2::3",
        "/ip6/1:2:3:4:5:6:7",
        "/ip6/1:2:3:4:5:6:7:8:9",
        "/ip6/1:2:3:4:5:6:7:8::",
        "/ip6/::1:2:3:4:5:6:7:8",
        "/ip6/1:2:3:4:5:6:7:1.2.3.4",
        "/ip6/1.2.3.4::",
        "/ip6/12345::",
        "/ip6/g::",
        "/ip6/-1::",
        "/ip6/1:2:3:4:5:6:7:",
        "/ip6/:1:2:3:4:5:6:7",
        "/ip6/[::1]",
        "/ip6/fe80::1%eth0",
        "/ip6/::\u0661",
        "/tcp",
        "/tcp/",
        "/tcp/65536",
        "/tcp/-1",
        "/tcp/+1",
        "/tcp/01",
        "/tcp/1e3",
        "/tcp/ 1",
        "/tcp/99999999999999999999",
        "/tcp/jfodsajfidosajfoidsa",
        "/udp",
        "/udp/65536",
        "/udp/1234/tcp",
        "/udp/1234/sctp/1",
        "/ip4/1.2.3.4/tcp/1/quic-v1/1",
        "/ip4/1.2.3.4//tcp/1",
        "/ip4/1.2.3.4/tcp/1//",
        "/IP4/1.2.3.4",
        "/ip4\n/1.2.3.4",
        "/dns",
        "/dns/",
        "/dns4/exa mple.com",
        "/dns4/.example.com",
        "/dns4/example..com",
        "/dns4/ex\u00e4mple.com",
        "/dns4/\u001b[31m",
        "/dnsaddr/a%2fb",
        "/p2p",
        "/p2p/",
        "/p2p/Qm",
        "/p2p/1",
        "/p2p/QmUcBMxxxxx",
        "/p2p/0D3KooW",
        "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
        "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5NN",
        "/p2p/k2k4r8jl0yz8qjgqbmc2cdu5hkqek5rj6flgnlkyywynci20j0iuyfuj",
        "/p2p/bafybeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
        "/p2p/bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqx",
        "/ipfs/x",
        "/p2p-circuit/x",
        "/unix/a/b/c",
        "/http"
      })
  void badTextIsRefused(String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(MalformedMessageException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> Multiaddr.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "04", // no value
        "047f0000", // value too short
        "047f00000106", // second value missing
        "047f0000010610", // second value too short
        "047f00000100", // unknown code
        "847f000001", // code is not complete
        "84007f000001", // code is not minimal
        "29000000000000000000000000000000", // IPv6 too short
        "3500", // empty name
        "3580", // length is not complete
        "358100", // length is not minimal
        "350261", // length past the end
        "35ffffffff0f61", // 2^32-1
        "35ffffffffffffffff7f61", // 2^63-1
        "35ffffffffffffffffff0161", // 2^64-1
        "3502612e2e", // bytes behind the name
        "35012f", // a slash
        "350100", // a zero byte
        "35011b", // escape
        "3502c3a4", // UTF-8
        "3501ff", // not UTF-8
        "35022e61", // empty label
        "a503", // no peer
        "a50300", // empty peer
        "a503021220", // multihash without digest
        "a503020000", // identity of nothing
        "a50303110101", // a multihash of another function
        "a503030001", // identity cut off
        "a50304000101ff", // a byte behind the digest
        "dd0301", // a value where there is none, so an unknown code
        "ffffffffffffffff7f" // code 2^63-1
      })
  void badBytesAreRefused(String hex) {

    assertThatThrownBy(() -> Multiaddr.decode(Bytes.fromHex(hex).toByteArray()))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void whatIsTooLongIsRefused() throws MalformedMessageException {
    String label = "a".repeat(63);
    String name = String.join(".", label, label, label, "a".repeat(61));
    assertThat(Multiaddr.parse("/dns/" + name).encode()).hasSize(256);
    refuse("/dns/" + name + "a");
    refuse("/dns/a" + label);
    refuse("/dns/" + "a".repeat(4096));
    refuse("/dns/" + name + "/dns/" + name + "/ws");
    refuse("/p2p-circuit".repeat(100));
    refuse("/ws".repeat(9));
    assertThat(Multiaddr.parse("/ws".repeat(8)).components()).hasSize(8);
    refuse(("/p2p/" + PEER).repeat(9));
    refuse("/".repeat(100_000));
    refuse("/p2p/1" + "2".repeat(100_000));
    byte[] longIdentity = Bytes.fromHex("a5032d002b" + "00".repeat(43)).toByteArray();
    assertThatThrownBy(() -> Multiaddr.decode(longIdentity))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> Multiaddr.decode(new byte[513]))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> Multiaddr.decode(Bytes.fromHex("dd03".repeat(9)).toByteArray()))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static void refuse(String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void mutatedBytesAreRefusedOrReadBackTheSame() {
    SplittableRandom random = new SplittableRandom(3);
    String[] texts = {
      "/ip4/127.0.0.1/tcp/4001/p2p/" + PEER,
      "/ip6/2001:db8::1/udp/4001/quic-v1",
      "/dns4/example.com/tcp/443/tls/ws/p2p/" + PEER + "/p2p-circuit"
    };
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = Multiaddr.of(texts[i % texts.length]).encode();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      byte[] mutated = Arrays.copyOf(bytes, bytes.length - random.nextInt(3));
      try {
        Multiaddr address = Multiaddr.decode(mutated);
        assertThat(address.encode()).isEqualTo(mutated);
        assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
      } catch (MalformedMessageException expected) {
        assertThat(expected).hasMessageMatching("[ -~]+");
      }
    }
  }

  @Test
  void mutatedTextIsRefusedOrReadBackTheSame() {
    SplittableRandom random = new SplittableRandom(4);
    String text = "/ip6/2001:db8::1.2.3.4/tcp/4001/dns/a.b/p2p/" + PEER;
    String alphabet = "/:.0123456789abcdefgip4-_ %\n\u0000\u00e9\u0661";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder mutated = new StringBuilder(text);
      for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
        int at = random.nextInt(mutated.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        if (random.nextBoolean()) {
          mutated.setCharAt(at, c);
        } else {
          mutated.deleteCharAt(at);
        }
      }
      try {
        Multiaddr address = Multiaddr.parse(mutated.toString());
        assertThat(Multiaddr.decode(address.encode())).isEqualTo(address);
      } catch (MalformedMessageException expected) {
        assertThat(expected).hasMessageMatching("[ -~]+");
      }
    }
  }
}
