package io.surgemesh.netty;

import static io.surgemesh.netty.InboundBudget.Verdict.FITS;
import static io.surgemesh.netty.InboundBudget.Verdict.HOST_FULL;
import static io.surgemesh.netty.InboundBudget.Verdict.PEER_FULL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InboundBudgetTest {
  private static final int PIECE = InboundHold.PIECE_BYTES;

  private final AtomicLong host = new AtomicLong();
  private final InboundBudget budget = new InboundBudget(new InboundLimits(8000, 4000, 1000), host);

  @Test
  void onePeerHoldsItsPartOnly() {
    assertThat(budget.add(4000)).isEqualTo(FITS);
    assertThat(budget.add(1)).isEqualTo(PEER_FULL);
    assertThat(budget.add(-1)).isEqualTo(FITS);
    assertThat(host.get()).isEqualTo(4000);
  }

  @Test
  void whoKeepsToItsShareIsNotHeldUpByOthers() {
    host.addAndGet(8000);
    assertThat(budget.add(1000)).isEqualTo(FITS);
    assertThat(budget.add(1)).isEqualTo(HOST_FULL);
  }

  @Test
  void aSmallHeapHoldsLess() {
    InboundLimits small = InboundLimits.forHeap(256L << 20);
    assertThat(small.hostMax()).isEqualTo(32L << 20);
    assertThat(small.peerMax()).isEqualTo(16L << 20);
    assertThat(InboundLimits.forHeap(64L << 30).hostMax()).isEqualTo(128L << 20);
  }

  @Test
  void whatIsConsumedAtOnceIsNotCounted() {
    InboundHold hold = new InboundHold(budget);
    hold.delivered(3000);
    hold.consumed(3000);
    assertThat(hold.count()).isEqualTo(FITS);
    assertThat(host.get()).isZero();
  }

  @Test
  void eachPieceThatWaitsCountsForWhatItTakesBesides() {
    InboundHold hold = new InboundHold(budget);
    for (int i = 0; i < 10; i++) {
      hold.delivered(1);
      assertThat(hold.count()).isEqualTo(FITS);
    }
    assertThat(host.get()).isEqualTo(10 * (PIECE + 1));
    hold.consumed(5);
    assertThat(hold.bytes()).isEqualTo(5 * (PIECE + 1));
    hold.consumed(5);
    assertThat(hold.bytes()).isZero();
  }

  @Test
  void aStreamThatNeverRestsIsNotCountedForMoreAndMore() {
    InboundHold hold = new InboundHold(budget);
    hold.delivered(100);
    for (int i = 0; i < 100_000; i++) {
      hold.delivered(100);
      hold.delivered(100);
      hold.consumed(200);
      assertThat(hold.bytes()).isBetween(100, 100 + 2 * PIECE);
    }
  }

  @Test
  void whatAListenerKeepsCountsAsWell() {
    InboundHold hold = new InboundHold(budget);
    hold.delivered(500);
    hold.consumed(500);
    hold.kept(4001);
    assertThat(hold.count()).isEqualTo(PEER_FULL);
    hold.kept(0);
    assertThat(hold.count()).isEqualTo(FITS);
    assertThat(host.get()).isZero();
  }

  @Test
  void theEndGivesAllBackOnce() {
    InboundHold hold = new InboundHold(budget);
    hold.delivered(500);
    assertThat(hold.count()).isEqualTo(FITS);
    hold.end();
    assertThat(host.get()).isZero();
    hold.consumed(500);
    hold.kept(100);
    hold.end();
    assertThat(host.get()).isZero();
  }
}
