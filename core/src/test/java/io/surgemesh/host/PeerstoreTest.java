package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerstoreTest {
  private final Peerstore store = new Peerstore();

  @Test
  void thoseWithAddressesAreReachableInTheOrderAsked() {
    store.addAddresses(peer(1), List.of(address(1)));
    store.addAddresses(peer(2), List.of(address(2)));
    store.setProtocols(peer(3), List.of());
    assertThat(store.reachable(List.of(peer(3), peer(2), peer(4), peer(1))))
        .containsExactly(info(2, 2), info(1, 1));
  }

  private static PeerInfo info(int peer, int... addresses) {
    return new PeerInfo(
        peer(peer), java.util.Arrays.stream(addresses).mapToObj(PeerstoreTest::address).toList());
  }

  private static PeerId peer(int number) {
    try {
      return PeerId.decode(
          Multihash.sha256(new byte[] {(byte) (number >> 8), (byte) number}).encode());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Multiaddr address(int number) {
    return Multiaddr.of("/ip4/10.0.0." + number + "/tcp/4001");
  }
}
