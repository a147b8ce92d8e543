package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.mesh.PeerRouting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HintedPeerTest {
  private final DhtMesh mesh = new DhtMesh(1);

  @Test
  void whoIsAssumedAsAHintIsFoundInOneQueryAndInNoTableBefore() {
    Dht asker = mesh.start(mesh.network().addHost(), hinting());
    mesh.join(List.of());
    asker.assume(List.of(), List.of(hinted(1, now())));
    mesh.runFor(Duration.ofNanos(1));
    assertThat(mesh.await(asker.statistics()).hintPeers()).isEqualTo(1);
    assertThat(mesh.await(asker.tablePeers())).isEmpty();
    assertThat(mesh.find(0, 1)).contains(mesh.info(1));
    assertThat(mesh.await(asker.statistics()).searchQueries()).isEqualTo(1);
  }

  @Test
  void whatWasSaidTooLongAgoOrLaterIsIgnored() {
    Dht asker = mesh.start(mesh.network().addHost(), hinting());
    mesh.join(List.of());
    mesh.join(List.of());
    Duration life = HintsConfig.defaults().announceInterval().multipliedBy(3);
    asker.assume(
        List.of(),
        List.of(
            hinted(1, now().minus(life).minusSeconds(1)),
            hinted(2, now().plus(Duration.ofHours(2)))));
    mesh.runFor(Duration.ofNanos(1));
    assertThat(mesh.await(asker.statistics()).hintPeers()).isZero();
  }

  @Test
  void withoutHintsNobodyIsTakenForOne() {
    mesh.join(List.of());
    mesh.join(List.of());
    mesh.peer(0).assume(List.of(), List.of(hinted(1, now())));
    mesh.runFor(Duration.ofNanos(1));
    assertThat(mesh.await(mesh.peer(0).statistics()).hintPeers()).isZero();
    assertThat(mesh.find(0, 1)).isEmpty();
  }

  @Test
  void aHintSaysWhere() {
    PeerInfo nowhere = new PeerInfo(peer(5), List.of());
    assertThatThrownBy(() -> new HintedPeer(nowhere, Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no address");
  }

  private static PeerRouting.Factory hinting() {
    return Dht.joining(List.of(), DhtConfig.defaults(), HintsConfig.defaults());
  }

  private Instant now() {
    return mesh.network().time().wallClock().instant();
  }

  private HintedPeer hinted(int index, Instant said) {
    return new HintedPeer(mesh.info(index), said);
  }
}
