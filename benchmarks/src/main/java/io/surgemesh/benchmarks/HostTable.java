package io.surgemesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link HostResult} for people. */
final class HostTable {
  private HostTable() {}

  /** Returns the lines of the table, ASCII only. */
  static List<String> lines(HostResult result) {
    List<String> lines = new ArrayList<>(lines(result.metrics()));
    lines.add("");
    lines.add(
        format("%-18s %-16s %14s  %-12s %16s", "contest", "who", "median", "unit", "cpu ms/run"));
    for (String contest : result.contests()) {
      result
          .of(contest)
          .forEach(
              row ->
                  lines.add(
                      format(
                          "%-18s %-16s %14s  %-12s %16s",
                          row.contest(),
                          row.program(),
                          number(row.rate()),
                          row.unit(),
                          row.cpuMillis() == 0 ? "-" : number(row.cpuMillis()))));
    }
    return lines;
  }

  /** Returns a line for each figure and its target, below their heads. */
  static List<String> lines(List<Metric> metrics) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%-32s %12s  %-14s %12s  %-3s  %s",
            "metric", "value", "unit", "target", "met", "against"));
    for (Metric metric : metrics) {
      lines.add(
          format(
              "%-32s %12s  %-14s %12s  %-3s  %s",
              metric.id(),
              number(metric.value()),
              metric.unit(),
              (metric.atMost() ? "<= " : ">= ") + number(metric.target()),
              metric.met() ? "yes" : "no",
              metric.against()));
    }
    return lines;
  }

  private static String number(Number number) {
    double value = number.doubleValue();
    return value < 100 ? format("%.2f", value) : format("%,.0f", value);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
