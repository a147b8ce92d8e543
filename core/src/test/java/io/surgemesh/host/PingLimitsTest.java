package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PingLimitsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final PingLimits limits = new PingLimits();
  private final PeerId peer = peer(1);

  private static PeerId peer(int value) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) value;
    return KeyPair.fromSeed(seed).peerId();
  }

  @Test
  void aPeerHasTwoStreamsAtOnce() {
    assertThat(limits.opened(peer)).isTrue();
    assertThat(limits.opened(peer)).isTrue();
    assertThat(limits.opened(peer)).isFalse();
    assertThat(limits.opened(peer(2))).isTrue();
    limits.closed(peer);
    assertThat(limits.opened(peer)).isTrue();
  }

  @Test
  void pingsAreRatedAfterABurst() {
    for (int i = 0; i < PingLimits.PINGS_BURST; i++) {
      assertThat(limits.pinged(peer, 0)).isTrue();
    }
    assertThat(limits.pinged(peer, 0)).isFalse();
    assertThat(limits.pinged(peer(2), 0)).isTrue();
    for (int i = 0; i < PingLimits.PINGS_PER_SECOND; i++) {
      assertThat(limits.pinged(peer, SECOND)).isTrue();
    }
    assertThat(limits.pinged(peer, SECOND)).isFalse();
  }

  @Test
  void whoPingedLongAgoIsForgottenAndWhoHasAStreamIsNot() {
    limits.opened(peer);
    for (int i = 2; i < 32; i++) {
      limits.pinged(peer(i), 0);
    }
    assertThat(limits.size()).isEqualTo(31);
    for (int i = 0; i < 31; i++) {
      limits.pinged(peer(99), SECOND);
    }
    assertThat(limits.size()).isEqualTo(2);
    assertThat(limits.opened(peer)).isTrue();
    assertThat(limits.opened(peer)).as("a third stream").isFalse();
  }

  @Test
  void whoHasPingedTooOftenIsNotForgottenBeforeItMayAgain() {
    for (int i = 0; i < PingLimits.PINGS_BURST; i++) {
      limits.pinged(peer, 0);
    }
    for (int i = 2; i < 64; i++) {
      limits.pinged(peer(i), 0);
    }
    assertThat(limits.pinged(peer, 0)).isFalse();
  }
}
