package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QueueBudgetTest {
  private static final QueueLimits LIMITS = new QueueLimits(50, 100, 150, 400, 20);

  private final AtomicLong host = new AtomicLong();
  private final AtomicLong peer = new AtomicLong();
  private final QueueBudget budget = new QueueBudget(LIMITS, host, peer);

  @Test
  void aConnectionHasItsOwnBounds() {
    budget.add(49);
    assertThat(budget.isBelowSoft()).isTrue();
    budget.add(51);
    assertThat(budget.isBelowSoft()).isFalse();
    assertThat(budget.isBeyondMax()).isFalse();
    budget.add(1);
    assertThat(budget.isBeyondMax()).isTrue();
  }

  @Test
  void theConnectionsOfAPeerShareABound() {
    QueueBudget other = new QueueBudget(LIMITS, host, peer);
    other.add(90);
    budget.add(61);
    assertThat(budget.isBeyondMax()).isTrue();
    other.remove(90);
    assertThat(budget.isBeyondMax()).isFalse();
  }

  @Test
  void whoKeepsToItsShareIsNotHeldUpByOthers() {
    QueueBudget greedy = new QueueBudget(LIMITS, host, new AtomicLong(0));
    host.addAndGet(400);
    greedy.add(21);
    budget.add(20);
    assertThat(greedy.isBelowSoft()).isFalse();
    assertThat(greedy.isBeyondMax()).isTrue();
    assertThat(budget.isBelowSoft()).isTrue();
    assertThat(budget.isBeyondMax()).isFalse();
  }

  @Test
  void reliefIsToldOnce() {
    budget.add(60);
    assertThat(budget.takeRelief()).isFalse();
    budget.remove(20);
    assertThat(budget.takeRelief()).isTrue();
    assertThat(budget.takeRelief()).isFalse();
  }

  @Test
  void whoWasHeldUpByTheHostIsRelievedByDrainingItsOwn() {
    host.addAndGet(200);
    budget.add(30);
    assertThat(budget.isBelowSoft()).isFalse();
    budget.remove(10);
    assertThat(budget.takeRelief()).isTrue();
  }
}
