package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IntroductionsTest {
  private static final IpGroups GROUPS = new IpGroups(2, true);
  private static final int AT_ONCE = Introductions.PEERS_MAX / Introductions.GROUP_PART;
  private static final long SECOND = TestPeers.SECOND;

  private final Introductions introductions = new Introductions(GROUPS);

  private int allowed(int group, int tries, long nowNanos) {
    int allowed = 0;
    for (int i = 0; i < tries; i++) {
      allowed += introductions.allows(group, nowNanos) ? 1 : 0;
    }
    return allowed;
  }

  @Test
  void oneGroupLeavesRoomForOthers() {
    assertThat(allowed(1, 1000, 0)).isEqualTo(AT_ONCE);
    assertThat(allowed(2, 1, 0)).isEqualTo(1);
    int inAnHour = 0;
    for (int second = 1; second <= 3600; second++) {
      inAnHour += allowed(1, 10, second * SECOND);
      assertThat(allowed(1000 + second / 10, second % 10 == 0 ? 1 : 0, second * SECOND))
          .isEqualTo(second % 10 == 0 ? 1 : 0);
    }
    assertThat(inAnHour).isEqualTo(3600 / Introductions.GROUP_PART);
  }

  @Test
  void allTogetherAreLimitedToo() {
    int allowed = 0;
    for (int group = 1; group <= 1000; group++) {
      allowed += allowed(group, 1, 0);
    }
    assertThat(allowed).isEqualTo(Introductions.PEERS_MAX);
    assertThat(allowed(2000, 10, 3 * SECOND)).isEqualTo(3);
  }

  @Test
  void thoseOfNoGroupOrOfGroupsWithoutLimitsAreLimitedTogetherOnly() {
    assertThat(allowed(IpGroups.NONE, 1000, 0)).isEqualTo(Introductions.PEERS_MAX);
    Introductions unlimited = new Introductions(new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true));
    for (int i = 0; i < Introductions.PEERS_MAX; i++) {
      assertThat(unlimited.allows(1, 0)).isTrue();
    }
    assertThat(unlimited.allows(1, 0)).isFalse();
  }

  @Test
  void fewGroupsAreRememberedHoweverManyCome() {
    SplittableRandom random = new SplittableRandom(1);
    long nowNanos = 0;
    for (int i = 0; i < 50_000; i++) {
      nowNanos += random.nextLong(SECOND / 2);
      introductions.allows(1 + random.nextInt(5000), nowNanos);
      assertThat(introductions.groups()).isLessThanOrEqualTo(2 * Introductions.PEERS_MAX);
    }
  }
}
