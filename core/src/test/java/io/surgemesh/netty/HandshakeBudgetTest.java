package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HandshakeBudgetTest {
  private static final Bytes HERE = group(1);

  private static final long EVERY_NANOS = 50_000_000;

  private final HandshakeBudget budget = new HandshakeBudget();

  private static Bytes group(int number) {
    return Bytes.of(ByteBuffer.allocate(4).putInt(number).array());
  }

  private int begun(Bytes group, int times, long nowNanos) {
    int begun = 0;
    for (int i = 0; i < times; i++) {
      begun += budget.begin(group, nowNanos) ? 1 : 0;
    }
    return begun;
  }

  @Test
  void thoseThatLeadNowhereAreBoundedAtOnceAndInTheLongRun() {
    assertThat(begun(HERE, 1000, 0)).isEqualTo(HandshakeBudget.BURST);
    assertThat(begun(HERE, 10, EVERY_NANOS)).isEqualTo(1);
    assertThat(begun(HERE, 1000, 11 * EVERY_NANOS)).isEqualTo(10);
  }

  @Test
  void thoseThatAreFinishedAreNot() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(budget.begin(HERE, 0)).isTrue();
      budget.finished(HERE);
    }
    assertThat(begun(HERE, 1000, 0)).isEqualTo(HandshakeBudget.BURST);
  }

  @Test
  void aPlaceWhosePeersMisbehaveWaitsButNeverForLong() {
    budget.misbehaved(HERE, 0);
    assertThat(begun(HERE, 1000, 0)).isEqualTo(HandshakeBudget.BURST - HandshakeBudget.FAULT_COST);
    for (int i = 0; i < 1000; i++) {
      budget.misbehaved(HERE, 0);
    }
    long againNanos = HandshakeBudget.FAULT_COST * EVERY_NANOS;
    assertThat(begun(HERE, 1000, againNanos)).isZero();
    assertThat(begun(HERE, 1000, againNanos + 10 * EVERY_NANOS)).isEqualTo(10);
  }

  @Test
  void onePlaceTakesNothingFromAnother() {
    begun(HERE, 1000, 0);
    assertThat(budget.begin(group(2), 0)).isTrue();
  }

  @Test
  void beyondTheBoundThePlaceSeenLongestAgoIsForgotten() {
    begun(HERE, 1000, 0);
    for (int i = 2; i < HandshakeBudget.GROUPS_MAX + 1; i++) {
      budget.begin(group(i), 0);
    }
    assertThat(budget.begin(HERE, 0)).isFalse();
    budget.begin(group(-1), 0);
    budget.begin(group(-2), 0);
    assertThat(budget.begin(HERE, 0)).isFalse();
    for (int i = 0; i < HandshakeBudget.GROUPS_MAX; i++) {
      budget.begin(group(i + 1_000_000), 0);
    }
    assertThat(budget.begin(HERE, 0)).isTrue();
  }
}
