package io.surgemesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link SimResult} for people. */
final class SimTable {
  private SimTable() {}

  /** Returns the lines of the table, ASCII only. */
  static List<String> lines(SimResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(format("%-20s %14s  %-18s %14s  %s", "metric", "value", "unit", "target", "met"));
    for (Metric metric : result.metrics()) {
      lines.add(
          format(
              "%-20s %14s  %-18s %14s  %s",
              metric.id(),
              number(metric.value()),
              metric.unit(),
              (metric.atMost() ? "<= " : ">= ") + number(metric.target()),
              metric.met() ? "yes" : "no"));
    }
    lines.add("");
    result.metrics().forEach(metric -> lines.add(metric.id() + ": " + metric.against()));
    lines.add("");
    lines.add("mix, " + Mix.STATED);
    lines.add("");
    addTallies(lines, "counted", result.counted());
    addTallies(lines, "warm-up", result.warmUp());
    lines.add("");
    SimResult.Cost cost = result.cost();
    double cpuSeconds = cost.cpuNanos() / 1e9;
    lines.add(
        format(
            "%.1f virtual s in %.2f real s: %,d frames, %,d deadlines",
            result.virtualSeconds(), cost.wallSeconds(), cost.frames(), cost.deadlines()));
    // On a machine that does other work meanwhile, this says more than wall time.
    lines.add(
        format(
            "%.2f s of processor time of the simulating thread: per second of that, %,.0f events,"
                + " %.1f virtual s",
            cpuSeconds, cost.events() / cpuSeconds, result.virtualSeconds() / cpuSeconds));
    if (result.options().faults()) {
      lines.add(
          format(
              "%,d faults in that time; hostile peers beside the %,d: %,d",
              result.faults(), result.options().peers(), result.hostilePeers()));
    }
    lines.add(summary(result));
    return lines;
  }

  /** Returns one line: the trace hash, and how much of the mix was done. */
  static String summary(SimResult result) {
    StringBuilder line = new StringBuilder("trace " + result.traceHash());
    for (Tally tally : result.counted()) {
      line.append(
          format("; %s %d done, %d failed", tally.kind(), tally.doneCount(), tally.notDoneCount()));
    }
    return line.toString();
  }

  private static void addTallies(List<String> lines, String phase, List<Tally> tallies) {
    for (Tally tally : tallies) {
      String why = tally.firstFailure().isEmpty() ? "" : "  first: " + tally.firstFailure();
      lines.add(
          format(
              "%-8s %-8s %,9d begun %,9d done %,9d failed%s",
              phase,
              tally.kind(),
              tally.begunCount(),
              tally.doneCount(),
              tally.notDoneCount(),
              why));
    }
  }

  private static String number(Number number) {
    return number instanceof Double ? format("%,.1f", number) : format("%,d", number);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
