package io.surgemesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of simulated DHTs as a table, four digits behind the point. */
final class DhtTable {
  private DhtTable() {}

  /**
   * Returns a line per metric under a heading, an empty one, and what each was measured against.
   *
   * @param idWidth columns for the names of metrics
   * @param unitWidth columns for the units
   */
  static List<String> lines(List<Metric> metrics, int idWidth, int unitWidth) {
    String left = "%-" + idWidth + "s ";
    String unit = "  %-" + unitWidth + "s ";
    List<String> lines = new ArrayList<>();
    lines.add(
        format(left + "%10s" + unit + "%10s  %s", "metric", "value", "unit", "target", "met"));
    for (Metric metric : metrics) {
      lines.add(
          format(
              left + "%10.4f" + unit + "%2s %7.4f  %s",
              metric.id(),
              metric.value().doubleValue(),
              metric.unit(),
              metric.atMost() ? "<=" : ">=",
              metric.target().doubleValue(),
              metric.met() ? "yes" : "no"));
    }
    lines.add("");
    metrics.forEach(metric -> lines.add(metric.id() + ": " + metric.against()));
    return lines;
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
