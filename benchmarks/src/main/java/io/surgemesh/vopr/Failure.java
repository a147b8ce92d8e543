package io.surgemesh.vopr;

import io.surgemesh.simulator.FaultPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * A seed that failed, and how to see that again.
 *
 * @param outcome how it went
 * @param violation what was wrong
 * @param shrunk a smallest plan with which the same checker finds something wrong
 * @param asDrawn whether that is the plan that the seed draws
 */
record Failure(Outcome outcome, Violation violation, FaultPlan shrunk, boolean asDrawn) {
  /** Returns the command that runs the shrunk plan again, with a trace. */
  String replay() {
    long seed = outcome.scenario().seed();
    return "./surge vopr --seeds 1 --seed "
        + seed
        + (asDrawn ? "" : " --plan " + shrunk)
        + " --trace vopr-"
        + seed
        + ".txt";
  }

  /** Returns what people want to know of it. */
  List<String> lines() {
    Scenario scenario = outcome.scenario();
    List<String> lines = new ArrayList<>();
    lines.add("seed " + scenario.seed() + " failed: " + violation);
    lines.add(
        String.format(
            "  %d honest peers, hostile ones: %s, %d s of trouble",
            scenario.roles().size(), scenario.hostiles(), scenario.trouble().toSeconds()));
    lines.add(
        String.format("  %d of %d faults: %s", shrunk.size(), scenario.plan().size(), shrunk));
    lines.add("  replay: " + replay());
    stack().forEach(line -> lines.add("  " + line));
    return lines;
  }

  /** Returns where what was wrong was thrown; empty when nothing was thrown. */
  List<String> stack() {
    Throwable thrown = outcome.thrown();
    return thrown == null ? List.of() : StackText.lines(thrown);
  }
}
