package io.surgemesh.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes faults out of a plan for as long as what it brings about still happens.
 *
 * <p>Delta debugging: first large parts are left out, then smaller ones, down to single faults, so
 * that in the end none can be spared (Zeller and Hildebrandt 2002, ddmin). Stops at a bound on
 * tries with the smallest plan found by then.
 */
public final class Shrinker {
  private Shrinker() {}

  /**
   * Returns a smallest plan that still fails; {@code plan} itself when no fault can be spared.
   *
   * @param plan one that fails
   * @param stillFails runs a plan and tells; must answer alike each time
   * @param triesMax the most plans run
   */
  public static FaultPlan shrink(
      FaultPlan plan, Predicate<? super FaultPlan> stillFails, int triesMax) {
    List<Fault> kept = new ArrayList<>(plan.faults());
    int tries = 0;
    int part = kept.size();
    while (part > 0) {
      boolean anySpared = false;
      int from = 0;
      while (from < kept.size()) {
        if (tries++ >= triesMax) {
          return FaultPlan.of(kept);
        }
        List<Fault> rest = new ArrayList<>(kept);
        rest.subList(from, Math.min(from + part, kept.size())).clear();
        if (stillFails.test(FaultPlan.of(rest))) {
          kept = rest;
          anySpared = true;
        } else {
          from += part;
        }
      }
      // Sparing one fault may make another one superfluous.
      part = anySpared && part == 1 ? Math.min(1, kept.size()) : part / 2;
    }
    return FaultPlan.of(kept);
  }
}
