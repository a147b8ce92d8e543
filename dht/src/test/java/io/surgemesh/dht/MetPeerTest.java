package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MetPeerTest {
  private static final Duration RTT = Duration.ofMillis(80);

  private final DhtMesh mesh = new DhtMesh(1);

  @Test
  void throughWhoIsAssumedOthersAreFoundWithoutJoining() {
    for (int i = 0; i < 40; i++) {
      mesh.join(List.of());
    }
    for (int i = 0; i < 40; i++) {
      mesh.peer(i).assume(List.of(met((i + 1) % 40), met((i + 7) % 40)), List.of());
    }
    mesh.runFor(Duration.ofNanos(1));
    assertThat(mesh.await(mesh.peer(0).tablePeers())).hasSize(2);
    mesh.runFor(Duration.ofMinutes(3));
    assertThat(mesh.await(mesh.peer(0).tablePeers())).hasSizeGreaterThan(20);
    assertThat(mesh.find(0, 20)).contains(mesh.info(20));
  }

  @Test
  void whoIsAssumedAndNeverAnswersLeavesTheTable() {
    mesh.join(List.of());
    mesh.join(List.of());
    PeerInfo nobody = new PeerInfo(peer(5), List.of(Multiaddr.of("/ip4/10.9.9.9/tcp/4001")));
    mesh.peer(0).assume(List.of(met(1), new MetPeer(nobody, RTT)), List.of());
    mesh.runFor(Duration.ofNanos(1));
    assertThat(mesh.await(mesh.peer(0).tablePeers()))
        .containsExactlyInAnyOrder(mesh.peerId(1), peer(5));
    mesh.runFor(Duration.ofMinutes(20));
    assertThat(mesh.await(mesh.peer(0).tablePeers())).containsExactly(mesh.peerId(1));
  }

  private MetPeer met(int index) {
    return new MetPeer(mesh.info(index), RTT);
  }

  @Test
  void nobodyIsMetNowhereOrInNoTime() {
    PeerInfo nowhere = new PeerInfo(peer(5), List.of());
    assertThatThrownBy(() -> new MetPeer(nowhere, RTT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no address");
    mesh.join(List.of());
    assertThatThrownBy(() -> new MetPeer(mesh.info(0), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not positive");
  }
}
