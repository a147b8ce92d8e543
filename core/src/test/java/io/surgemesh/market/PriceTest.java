package io.surgemesh.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PriceTest {
  private static Terms terms(Price price, int millicores, long memoryBytes, Amount amountMax) {
    return new Terms(
        price,
        millicores,
        memoryBytes,
        0,
        0,
        Duration.ofMinutes(1),
        Terms.GRACE,
        Duration.ofSeconds(1),
        amountMax);
  }

  @Test
  void everyPartIsRoundedDownOnItsOwn() {
    Price price =
        new Price("credit", Amount.of(3), Amount.of(5), Amount.of(7), Amount.of(11), false);
    Terms terms = terms(price, 500, 3L << 29, Amount.MAX);
    // 3 x 0.5 x 1.5 s = 2.25; 5 x 1.5 GiB x 1.5 s = 11.25; 7 x 0.5 GiB = 3.5; start 11
    Usage usage = new Usage(1_500_000_000L, 9, 1L << 28, 1L << 28);
    assertThat(price.amount(usage, terms)).isEqualTo(Amount.of(2 + 11 + 3 + 11));
    assertThat(terms.amount(usage)).isEqualTo(price.amount(usage, terms));
  }

  @Test
  void nothingUsedCostsTheStart() {
    Price price = new Price("eur", Amount.MAX, Amount.MAX, Amount.MAX, Amount.of(4), false);
    assertThat(price.amount(Usage.NONE, terms(price, 1, 1, Amount.MAX))).isEqualTo(Amount.of(4));
  }

  @Test
  void theCapHoldsEvenWhereTheSumWouldNotFit() {
    Price price = new Price("eur", Amount.MAX, Amount.MAX, Amount.MAX, Amount.MAX, false);
    Usage most = new Usage(Long.MAX_VALUE, Long.MAX_VALUE, 1L << 50, 1L << 50);
    Terms capped = terms(price, 100_000_000, 1L << 50, Amount.of(9));
    assertThat(price.amount(most, capped)).isEqualTo(Amount.of(9));
    assertThat(price.amount(most, capped.withAmountMax(Amount.MAX))).isEqualTo(Amount.MAX);
  }

  @Test
  void moreUsageNeverCostsLess() {
    Trades trades = new Trades(2);
    for (int round = 0; round < 200; round++) {
      Terms terms = terms(trades.price(), 1 + round, 1L << 30, Amount.MAX);
      Usage less = Trades.usage(trades.random.nextLong(1000));
      Usage more = Trades.usage(1000 + trades.random.nextLong(1000));
      assertThat(more.covers(less)).isTrue();
      assertThat(terms.amount(more)).isGreaterThanOrEqualTo(terms.amount(less));
    }
  }

  @Test
  void unitsThatAreNoPlainTextAreRefused() {
    for (String unit : new String[] {"", "x".repeat(33), "a\nb", "\u001b[31m", "\u202e"}) {
      assertThatThrownBy(
              () -> new Price(unit, Amount.ZERO, Amount.ZERO, Amount.ZERO, Amount.ZERO, false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
