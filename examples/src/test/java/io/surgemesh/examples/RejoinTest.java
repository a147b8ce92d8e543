package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.identity.MeshException;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer that comes back when its bootstrap peers are gone, on sockets and files. */
@Tag("socket")
@Timeout(120)
class RejoinTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private Mesh start(String name, List<Multiaddr> bootstrap) throws MeshException {
    return Mesh.builder(directory.resolve(name))
        .listen("/ip4/127.0.0.1/tcp/0")
        .routing(Dht.joining(bootstrap))
        .offers(OfferGossip.defaults())
        .start();
  }

  private static int joined(Mesh mesh) throws Exception {
    return mesh.routing().joined().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aPeerRejoinsThroughThoseItMetWhenEveryBootstrapPeerIsDead() throws Exception {
    Mesh bootstrap = start("bootstrap", List.of());
    List<Multiaddr> addresses = bootstrap.addresses();
    try (Mesh friend = start("friend", addresses)) {
      joined(friend);
      try (Mesh peer = start("peer", addresses)) {
        joined(peer);
        await()
            .atMost(PATIENCE)
            .until(() -> peer.host().connectedPeers().contains(friend.peerId()));
        await()
            .atMost(PATIENCE)
            .until(() -> !peer.host().peerstore().protocols(friend.peerId()).isEmpty());
      }
      bootstrap.close();
      await().atMost(PATIENCE).until(() -> friend.host().connectedPeers().isEmpty());
      try (Mesh again = start("peer", addresses)) {
        assertThat(joined(again)).isEqualTo(1);
        assertThat(again.host().connectedPeers()).containsExactly(friend.peerId());
      }
    } finally {
      bootstrap.close();
    }
  }
}
