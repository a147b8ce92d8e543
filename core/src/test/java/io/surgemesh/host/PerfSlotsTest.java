package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PerfSlotsTest {
  private final PerfSlots slots = new PerfSlots();

  private static PeerId somebody() {
    return KeyPair.generate(new SecureRandom()).peerId();
  }

  @Test
  void onePeerCannotTakeThemAll() {
    PeerId greedy = somebody();
    for (int i = 0; i < Perf.STREAMS_PER_PEER_MAX; i++) {
      assertThat(slots.take(greedy)).isTrue();
    }
    assertThat(slots.take(greedy)).isFalse();
    assertThat(slots.take(somebody())).isTrue();
    slots.giveBack(greedy);
    assertThat(slots.take(greedy)).isTrue();
    assertThat(slots.take(greedy)).isFalse();
  }

  @Test
  void allPeersTogetherHaveABound() {
    for (int i = 0; i < Perf.STREAMS_MAX; i++) {
      assertThat(slots.take(somebody())).isTrue();
    }
    assertThat(slots.take(somebody())).isFalse();
  }
}
