package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HintAskersTest {
  private final HintAskers askers = new HintAskers();

  @Test
  void thoseAnsweredLastAreKept() {
    for (int i = 0; i < HintAskers.ASKERS_MAX; i++) {
      askers.onAnswered(peer(i), 1 + i);
    }
    askers.onAnswered(peer(0), 1);
    askers.onAnswered(peer(100), 101);
    assertThat(askers.contains(peer(0))).isTrue();
    assertThat(askers.contains(peer(1))).isFalse();
    assertThat(askers.contains(peer(2))).isTrue();
    assertThat(askers.contains(peer(100))).isTrue();
  }

  @Test
  void howeverManyOfOneNetworkAskOthersAreKept() {
    askers.onAnswered(peer(0), 1);
    for (int i = 1; i <= 100; i++) {
      askers.onAnswered(peer(i), 2);
    }
    assertThat(askers.contains(peer(0))).isTrue();
    assertThat(askers.contains(peer(99))).isFalse();
    assertThat(askers.contains(peer(100))).isTrue();
  }

  @Test
  void thoseThatAreNotCountedByNetworkAreAllKept() {
    askers.onAnswered(peer(1), IpGroups.NONE);
    askers.onAnswered(peer(2), IpGroups.NONE);
    assertThat(askers.contains(peer(1))).isTrue();
    assertThat(askers.contains(peer(2))).isTrue();
  }
}
