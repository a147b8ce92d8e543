package io.surgemesh.job;

import io.surgemesh.market.Amount;
import io.surgemesh.market.Price;
import io.surgemesh.market.Terms;

/** Compares prices and terms. */
final class Bargain {
  private Bargain() {}

  /** Returns whether {@code price} is at least {@code floor} in each part, in the same unit. */
  static boolean covers(Price price, Price floor) {
    return price.unit().equals(floor.unit())
        && covers(price.perCpuSecond(), floor.perCpuSecond())
        && covers(price.perGibSecond(), floor.perGibSecond())
        && covers(price.perGibMoved(), floor.perGibMoved())
        && covers(price.start(), floor.start());
  }

  /** Returns whether {@code quoted} is what was asked for, or cheaper. */
  static boolean isNoWorse(Terms quoted, Terms asked) {
    return covers(asked.price(), quoted.price())
        && covers(asked.amountMax(), quoted.amountMax())
        && quoted.withPrice(asked.price()).withAmountMax(asked.amountMax()).equals(asked);
  }

  private static boolean covers(Amount amount, Amount floor) {
    return amount.compareTo(floor) >= 0;
  }
}
