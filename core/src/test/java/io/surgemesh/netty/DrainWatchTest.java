package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrainWatchTest {
  private static final long LIMIT = 10;

  private final DrainWatch watch = new DrainWatch();

  @Test
  void whatIsNotTakenForTheTimeIsStalled() {
    assertThat(watch.isStalled(true, LIMIT, 5)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 14)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 15)).isTrue();
  }

  @Test
  void whoTakesAByteHasTheTimeAgain() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    watch.drained(1);
    assertThat(watch.isStalled(true, LIMIT, 9)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 18)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 19)).isTrue();
  }

  @Test
  void theTimeBeforeAnythingWaitedDoesNotCount() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    assertThat(watch.isStalled(false, LIMIT, 8)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 12)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 21)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 22)).isTrue();
  }

  @Test
  void whoseTimeBeginsAnewHasAllOfIt() {
    assertThat(watch.isStalled(true, LIMIT, 0)).isFalse();
    watch.begin();
    assertThat(watch.isStalled(true, LIMIT, 11)).isFalse();
    assertThat(watch.isStalled(true, LIMIT, 21)).isTrue();
  }
}
