package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ToldAddressesTest {
  private static final String PUBLIC = "/ip4/8.8.8.8/tcp/1";
  private static final String PRIVATE = "/ip4/192.168.0.7/tcp/1";
  private static final String LOOPBACK = "/ip4/127.0.0.1/tcp/1";

  private static final KadMessage ANSWER =
      new KadMessage(
          KadMessage.Type.GET_PROVIDERS,
          key("a"),
          List.of(at(1, PUBLIC, PRIVATE, LOOPBACK)),
          List.of(at(2, LOOPBACK)));

  private static PeerInfo at(int number, String... addresses) {
    return new PeerInfo(peer(number), Stream.of(addresses).map(Multiaddr::of).toList());
  }

  private static KadMessage from(String address) {
    return ToldAddresses.meant(ANSWER, Multiaddr.of(address));
  }

  @Test
  void aPeerOnTheInternetMeansNobodyOnThisMachineOrNetwork() {
    assertThat(from(PUBLIC).closer()).containsExactly(at(1, PUBLIC));
    assertThat(from(PUBLIC).providers()).containsExactly(at(2));
  }

  @Test
  void aPeerOnThisNetworkMeansNobodyOnThisMachine() {
    assertThat(from(PRIVATE).closer()).containsExactly(at(1, PUBLIC, PRIVATE));
    assertThat(from(PRIVATE).providers()).containsExactly(at(2));
  }

  @Test
  void whoeverHungUpCountsAsOnTheInternet() {
    assertThat(ToldAddresses.meant(ANSWER, null)).isEqualTo(from(PUBLIC));
  }

  @Test
  void ofAPeerThatCanBeReachedFromElsewhereItsOwnNetworkIsLeftOut() {
    assertThat(ToldAddresses.abroad(at(1, PUBLIC, PRIVATE, LOOPBACK))).isEqualTo(at(1, PUBLIC));
    PeerInfo atHome = at(1, PRIVATE, LOOPBACK);
    assertThat(ToldAddresses.abroad(atHome)).isSameAs(atHome);
    PeerInfo named = at(1, "/dns4/a.example/tcp/1", PRIVATE);
    assertThat(ToldAddresses.abroad(named)).isEqualTo(at(1, "/dns4/a.example/tcp/1"));
  }

  @Test
  void aPeerOnThisMachineMayMeanAnybody() {
    assertThat(from(LOOPBACK)).isSameAs(ANSWER);
  }

  @Test
  void anAnswerOfWhichAllIsMeantIsNotCopied() {
    KadMessage plain =
        new KadMessage(ANSWER.type(), ANSWER.key(), List.of(at(1, PUBLIC)), List.of());
    assertThat(ToldAddresses.meant(plain, Multiaddr.of(PUBLIC))).isSameAs(plain);
  }
}
