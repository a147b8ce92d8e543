package io.surgemesh.job;

import io.surgemesh.market.Terms;
import java.util.List;

/**
 * Whether a provider can do what it is asked.
 *
 * @param terms to quote; meaningless when there are reasons against it
 * @param against why not; empty when it can
 */
record Assessment(Terms terms, List<Refusal> against) {
  Assessment {
    against = List.copyOf(against);
  }

  boolean isPositive() {
    return against.isEmpty();
  }
}
