package io.surgemesh.vopr;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one run went.
 *
 * @param scenario what was run
 * @param violation the first thing that was wrong; empty when nothing was
 * @param traceHash over all that was delivered and all that happened
 * @param events that happened on loops and in the network
 * @param virtualNanos how much virtual time passed
 * @param wallNanos how much real time it took
 * @param thrown what ended the run or was logged as a bug, by whomever it was thrown; null for none
 */
record Outcome(
    Scenario scenario,
    Optional<Violation> violation,
    String traceHash,
    long events,
    long virtualNanos,
    long wallNanos,
    @Nullable Throwable thrown) {
  /** Returns how it went when a scenario could not be run at all. */
  static Outcome ofThrown(Scenario scenario, Throwable thrown) {
    Violation violation = new Violation(BugChecker.NAME, 0, thrown.toString());
    return new Outcome(scenario, Optional.of(violation), "", 0, 0, 0, thrown);
  }
}
