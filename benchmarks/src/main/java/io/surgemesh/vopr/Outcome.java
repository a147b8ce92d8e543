package io.surgemesh.vopr;

import io.surgemesh.simulator.SimulationFailure;
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
 * @param failure where code under test threw; null when it did not
 */
record Outcome(
    Scenario scenario,
    Optional<Violation> violation,
    String traceHash,
    long events,
    long virtualNanos,
    long wallNanos,
    @Nullable SimulationFailure failure) {}
