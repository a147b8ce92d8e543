package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrainWatchTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long LIMIT = 10 * SECOND;
  private static final int ENOUGH = 10 * DrainWatch.BYTES_PER_SECOND_MIN;

  private final DrainWatch watch = new DrainWatch();

  @Test
  void whatIsNotTakenForTheTimeIsStalled() {
    assertThat(watch.isStalled(true, LIMIT, 5 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 14 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 15 * SECOND)).isTrue();
  }

  @Test
  void whoTakesEnoughHasTheTimeAgain() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    watch.drained(ENOUGH);
    assertThat(watch.isStalled(true, LIMIT, 9 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 18 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 19 * SECOND)).isTrue();
  }

  @Test
  void aByteNowAndThenIsNoProgress() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    for (int i = 1; i < 10; i++) {
      watch.drained(ENOUGH / 10);
      assertThat(watch.isStalled(true, LIMIT, i * SECOND)).isFalse();
    }
    assertThat(watch.isStalled(true, LIMIT, 10 * SECOND)).isTrue();
  }

  @Test
  void theTimeBeforeAnythingWaitedDoesNotCount() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    assertThat(watch.isStalled(false, LIMIT, 8 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 12 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 21 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 22 * SECOND)).isTrue();
  }

  @Test
  void whoseTimeBeginsAnewHasAllOfIt() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    watch.begin();
    assertThat(watch.isStalled(true, LIMIT, 11 * SECOND)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 21 * SECOND)).isTrue();
  }
}
