package io.surgemesh.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What comes of attacks besides their metrics: what is worth saying of them, and what is drawn. */
final class AttackReport {
  private static final String OURS = "ours";
  private static final String PLAIN = "plain";

  /** Some lines over the same thing, by their names. */
  private record Drawn(
      String xLabel, boolean isLogarithmic, Map<String, List<Chart.Point>> lines) {}

  private final List<String> notes = new ArrayList<>();
  private final Map<String, Drawn> drawn = new LinkedHashMap<>();

  /** Adds what is worth knowing beside the metrics. */
  void note(String form, Object... values) {
    notes.add(String.format(Locale.ROOT, form, values));
  }

  List<String> notes() {
    return notes;
  }

  /** Adds a chart of one line; that of plain rules is drawn into the same. */
  void draw(String title, String xLabel, boolean isLogarithmic, List<Chart.Point> points) {
    draw(title, xLabel, isLogarithmic, Map.of(OURS, points));
  }

  /** Adds a chart of some lines, by their names; those of plain rules have one of their own. */
  void draw(
      String title, String xLabel, boolean isLogarithmic, Map<String, List<Chart.Point>> lines) {
    drawn.put(title, new Drawn(xLabel, isLogarithmic, lines));
  }

  /**
   * Returns the charts of this, and in them or each beside it those of the same under plain rules.
   */
  List<Chart> charts(AttackReport plain) {
    List<Chart> charts = new ArrayList<>();
    drawn.forEach(
        (title, its) -> {
          Chart chart = chart(title, its);
          charts.add(chart);
          Drawn other = plain.drawn.get(title);
          if (other != null && its.lines.containsKey(OURS)) {
            other.lines.values().forEach(points -> chart.line(PLAIN, points));
          } else if (other != null) {
            charts.add(chart(title + ", plain rules", other));
          }
        });
    return charts;
  }

  private static Chart chart(String title, Drawn its) {
    Chart chart = new Chart(title, its.xLabel, its.isLogarithmic);
    its.lines.forEach(chart::line);
    return chart;
  }
}
