package io.surgemesh.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void manyEventsAtOnceCountAllOrNone() {
    RateLimit limit = new RateLimit(10, 100);
    assertThat(limit.left(0)).isEqualTo(100);
    assertThat(limit.allows(60, 0)).isTrue();
    assertThat(limit.allows(41, 0)).isFalse();
    assertThat(limit.left(0)).isEqualTo(40);
    assertThat(limit.allows(40, 0)).isTrue();
    assertThat(limit.left(0)).isZero();
    assertThat(limit.allows(0)).isFalse();
    assertThat(limit.left(SECOND)).isEqualTo(10);
    assertThat(limit.left(100 * SECOND)).isEqualTo(100);
  }

  @Test
  void whatIsGivenBackIsAllowedAgainAndAFullBucketStaysAsItIs() {
    RateLimit limit = new RateLimit(10, 2);
    limit.giveBack();
    limit.giveBack();
    assertThat(limit.left(0)).isEqualTo(2);
    assertThat(limit.allows(2, 0)).isTrue();
    assertThat(limit.allows(0)).isFalse();
    limit.giveBack();
    assertThat(limit.left(0)).isEqualTo(1);
    assertThat(limit.allows(0)).isTrue();
    assertThat(limit.allows(0)).isFalse();
  }

  @Test
  void whatIsChargedCountsBeyondTheLimitButNeverPilesUp() {
    RateLimit limit = new RateLimit(10, 20);
    limit.charge(5, 0);
    assertThat(limit.left(0)).isEqualTo(15);
    for (int i = 0; i < 100; i++) {
      limit.charge(5, 0);
    }
    assertThat(limit.left(0)).isZero();
    assertThat(limit.allows(SECOND / 2)).isFalse();
    assertThat(limit.allows(SECOND / 2 + SECOND / 10)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void inNoTimeMoreThanTheBurstAndTheRateAreAllowed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RateLimit limit = new RateLimit(50, 200);
    long allowed = 0;
    for (long nowNanos = 0; nowNanos < 100 * SECOND; nowNanos += random.nextLong(SECOND)) {
      int left = limit.left(nowNanos);
      int events = random.nextInt(100);
      boolean isAllowed = limit.allows(events, nowNanos);
      assertThat(isAllowed).isEqualTo(events <= left);
      allowed += isAllowed ? events : 0;
      assertThat(allowed).isLessThanOrEqualTo(200 + 50 * nowNanos / SECOND);
    }
  }
}
