package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers are found by at least so much of something. */
final class CapabilityIndexTest {
  private static final int PEERS = 60;

  private final DhtMesh mesh = DhtMesh.joined(4, PEERS);

  /** Peer i of the first 40 has i + 1 of it. */
  @BeforeEach
  void announce() {
    for (int i = 0; i < 40; i++) {
      mesh.peer(i).announce(Capability.of("memory", i + 1));
    }
    mesh.runFor(Duration.ofMinutes(2));
  }

  private List<PeerId> find(int asker, long valueMin, int peersMax) {
    return mesh.await(mesh.peer(asker).findProviders("memory", valueMin, peersMax)).stream()
        .map(PeerInfo::peerId)
        .toList();
  }

  @Test
  void asManyAsAskedForAreFoundWheneverThereAreSoMany() {
    for (int peersMax : new int[] {1, 9, 20}) {
      assertThat(find(50, 16, peersMax)).hasSize(peersMax).doesNotHaveDuplicates();
    }
  }

  @Test
  void allAreFoundWhenThereAreFewer() {
    assertThat(find(51, 32, 20))
        .containsExactlyInAnyOrderElementsOf(
            List.of(31, 32, 33, 34, 35, 36, 37, 38, 39).stream().map(mesh::peerId).toList());
    assertThat(find(51, 64, 20)).isEmpty();
  }

  @Test
  void thoseOfTheNearestBucketComeFirst() {
    assertThat(find(52, 1, 1)).containsExactly(mesh.peerId(0));
  }

  @Test
  void whoMayHaveLessComesAfterThoseWhoHaveEnough() {
    List<PeerId> enough = find(53, 17, 9);
    assertThat(enough)
        .containsExactlyInAnyOrderElementsOf(
            List.of(31, 32, 33, 34, 35, 36, 37, 38, 39).stream().map(mesh::peerId).toList());
    List<PeerId> more = find(53, 17, 12);
    assertThat(more).hasSize(12).doesNotHaveDuplicates();
    assertThat(more.subList(0, 9)).containsExactlyInAnyOrderElementsOf(enough);
    // Peers 15 to 30 have 16 to 31 of it.
    assertThat(more.subList(9, 12)).allMatch(peer -> indexOf(peer) >= 15 && indexOf(peer) <= 30);
    assertThat(find(54, 33, 3)).hasSize(3);
  }

  private int indexOf(PeerId peer) {
    return IntStream.range(0, PEERS)
        .filter(index -> mesh.peerId(index).equals(peer))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lessThanOneIsNoValue() {
    assertThatThrownBy(() -> mesh.peer(0).findProviders("memory", 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
