package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservedAddressesTest {
  private static final Multiaddr HOME = Multiaddr.of("/ip4/203.0.113.7/tcp/4001");
  private static final Multiaddr LIE = Multiaddr.of("/ip4/198.51.100.9/tcp/4001");
  private static final Multiaddr LAN = Multiaddr.of("/ip4/192.168.1.5/tcp/4001");

  private final ObservedAddresses observed = new ObservedAddresses();
  private long now;

  private static PeerId peer(int index) {
    return KeyPair.fromSeed(ByteBuffer.allocate(32).putInt(index).array()).peerId();
  }

  private void say(int peer, String from, Multiaddr seen) {
    say(peer, from, seen, List.of());
  }

  private void say(int peer, String from, Multiaddr seen, List<Multiaddr> listening) {
    observed.observe(peer(peer), Multiaddr.of(from), seen.bytes(), listening, now);
  }

  private List<Multiaddr> believed() {
    return observed.believed(now);
  }

  @Test
  void fourGroupsThatAgreeAreBelievedAndThreeAreNot() {
    for (int i = 1; i <= 3; i++) {
      say(i, "/ip4/1." + i + ".0.1/tcp/9", HOME);
    }
    assertThat(believed()).isEmpty();
    say(4, "/ip4/1.4.0.1/tcp/9", HOME);
    assertThat(believed()).containsExactly(HOME);
  }

  @Test
  void manyPeersOfFewGroupsAreNotBelieved() {
    for (int i = 0; i < 300; i++) {
      say(i, "/ip4/1." + i % 3 + ".0." + i % 250 + "/tcp/9", LIE);
      say(300 + i, "/ip6/2001:db8:" + i % 3 + ":" + i + "::1/tcp/9", LIE);
    }
    assertThat(observed.size()).isLessThanOrEqualTo(6 * ObservedAddresses.GROUP_VOTES_MAX);
    // Three groups of each kind of address make six.
    assertThat(believed()).containsExactly(LIE);

    ObservedAddresses fresh = new ObservedAddresses();
    for (int i = 0; i < 300; i++) {
      fresh.observe(
          peer(i), Multiaddr.of("/ip4/1." + i % 3 + ".0.1/tcp/9"), LIE.bytes(), List.of(), 0);
    }
    assertThat(fresh.believed(0)).isEmpty();
  }

  @Test
  void onePeerHasOneVoteFromWhereverItSpeaks() {
    for (int i = 1; i <= 10; i++) {
      say(1, "/ip4/1." + i + ".0.1/tcp/9", LIE);
    }
    assertThat(observed.size()).isEqualTo(1);
    assertThat(believed()).isEmpty();
  }

  @Test
  void groupsAreSlash16AndSlash48() {
    for (int i = 1; i <= 4; i++) {
      say(i, "/ip6/2001:db8:1:" + i + "::1/tcp/9", HOME);
    }
    assertThat(believed()).isEmpty();
    for (int i = 1; i <= 4; i++) {
      say(i, "/ip6/2001:db8:" + i + "::1/tcp/9", HOME);
    }
    assertThat(believed()).containsExactly(HOME);
  }

  @Test
  void aFloodFromOneGroupPutsOutNobodyElse() {
    for (int i = 1; i <= 4; i++) {
      say(i, "/ip4/1." + i + ".0.1/tcp/9", HOME);
    }
    for (int i = 10; i < 500; i++) {
      say(i, "/ip4/66.66." + i % 200 + ".1/tcp/9", LIE);
    }
    assertThat(believed()).containsExactly(HOME);
  }

  @Test
  void votesAreBoundedAndTheOldestGoFirst() {
    for (int i = 0; i < 500; i++) {
      say(i, "/ip4/1." + i % 250 + ".0.1/tcp/9", i < 100 ? HOME : LIE);
      assertThat(observed.size()).isLessThanOrEqualTo(ObservedAddresses.VOTES_MAX);
    }
    assertThat(believed()).containsExactly(LIE);
  }

  @Test
  void votesEndWithTime() {
    for (int i = 1; i <= 4; i++) {
      say(i, "/ip4/1." + i + ".0.1/tcp/9", HOME);
    }
    now = ObservedAddresses.VALIDITY.toNanos() - 1;
    assertThat(believed()).containsExactly(HOME);
    now++;
    assertThat(believed()).isEmpty();
    say(5, "/ip4/1.5.0.1/tcp/9", HOME);
    assertThat(observed.size()).isEqualTo(1);
  }

  @Test
  void whoSeesPrivateAddressesIsOnTheSameLan() {
    for (int i = 1; i <= 4; i++) {
      say(i, "/ip4/1." + i + ".0.1/tcp/9", LAN);
      say(10 + i, "/ip4/192.168.1." + (10 + i) + "/tcp/9", HOME);
    }
    assertThat(observed.size()).isZero();
    for (int i = 1; i <= 4; i++) {
      say(10 + i, "/ip4/192.168.1." + (10 + i) + "/tcp/9", LAN);
    }
    assertThat(believed()).containsExactly(LAN);
  }

  @Test
  void loopbackTellsNothing() {
    Multiaddr loopback = Multiaddr.of("/ip4/127.0.0.1/tcp/4001");
    for (int i = 1; i <= 9; i++) {
      say(i, "/ip4/127.0.0." + i + "/tcp/9", loopback);
      say(i, "/ip4/127.0.0." + i + "/tcp/9", HOME);
      say(i, "/ip4/1." + i + ".0.1/tcp/9", loopback);
    }
    assertThat(observed.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/203.0.113.7",
        "/ip4/203.0.113.7/tcp/0",
        "/ip4/0.0.0.0/tcp/4001",
        "/dns4/example.org/tcp/4001",
        "/ip4/203.0.113.7/udp/4001"
      })
  void onlyAddressesOfIpAndTcpCount(String text) {
    say(1, "/ip4/1.1.0.1/tcp/9", Multiaddr.of(text));
    assertThat(observed.size()).isZero();
  }

  @Test
  void bytesThatAreNoAddressAreIgnored() {
    SplittableRandom random = new SplittableRandom(5);
    Multiaddr from = Multiaddr.of("/ip4/1.1.0.1/tcp/9");
    for (int i = 0; i < 2_000; i++) {
      byte[] junk = new byte[random.nextInt(40)];
      random.nextBytes(junk);
      observed.observe(peer(1), from, Bytes.of(junk), List.of(), now);
    }
    assertThat(believed()).isEmpty();
  }

  @Test
  void thePortOfADialIsReplacedByTheOneListenedOn() {
    List<Multiaddr> listening =
        List.of(
            Multiaddr.of("/ip4/127.0.0.1/tcp/1"),
            Multiaddr.of("/ip6/2001:db8::1/tcp/2"),
            Multiaddr.of("/ip4/10.0.0.2/tcp/4001"));
    for (int i = 1; i <= 4; i++) {
      Multiaddr natted = Multiaddr.of("/ip4/203.0.113.7/tcp/" + (50_000 + i));
      say(i, "/ip4/1." + i + ".0.1/tcp/9", natted, listening);
    }
    assertThat(believed()).containsExactly(HOME);
  }

  @Test
  void whoListensOnNoSuchAddressLearnsNothingFromItsDials() {
    List<Multiaddr> listening = List.of(Multiaddr.of("/ip6/2001:db8::1/tcp/2"));
    say(1, "/ip4/1.1.0.1/tcp/9", HOME, listening);
    assertThat(observed.size()).isZero();
  }
}
