package io.surgemesh.benchmarks;

import io.surgemesh.benchmarks.DhtHistory.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of the figures of the DHT, beside the file of results: how long the lookups of one run
 * took, and each target over the number of peers, over the part that is dead and over the packets
 * lost, from all runs so far.
 */
final class DhtPlots {
  private static final int QUANTILES = 200;
  private static final List<Column> SHOWN =
      List.of(
          Column.MEDIAN,
          Column.LATE,
          Column.ROUNDS,
          Column.QUERIES,
          Column.FOUND,
          Column.KILOBITS,
          Column.PUT_MEDIAN,
          Column.PUT_SHARE);

  private final DhtOptions options;
  private final DhtFigures ours;
  private final @Nullable DhtFigures plain;
  private final DhtHistory history;

  /**
   * Creates them.
   *
   * @param plain the figures under the rules of the specification; null when there are none
   * @param history with these figures
   */
  DhtPlots(DhtOptions options, DhtFigures ours, @Nullable DhtFigures plain, DhtHistory history) {
    this.options = options;
    this.ours = ours;
    this.plain = plain;
    this.history = history;
  }

  /**
   * Writes the pictures into a folder.
   *
   * @return what shows them there, lines of Markdown
   * @throws IOException when a file cannot be written
   */
  List<String> write(Path folder) throws IOException {
    String name = "dht-lookups-" + options.caseName().substring(1) + ".svg";
    Chart.write(folder.resolve(name), List.of(lookups()));
    List<String> shown = new ArrayList<>(List.of("![How long lookups took](" + name + ")"));
    for (Column column : DhtHistory.CONDITIONS) {
      if (isUsualBut(column) && history.valuesOver(column) > 1) {
        String over = "dht-over-" + column.name().toLowerCase(Locale.ROOT) + ".svg";
        Chart.write(
            folder.resolve(over), SHOWN.stream().map(shows -> over(column, shows)).toList());
        shown.add("");
        shown.add("![Over " + column.title() + "](" + over + ")");
      }
    }
    return shown;
  }

  /** Returns whether this run may differ from what targets ask for in this alone. */
  private boolean isUsualBut(Column column) {
    return (column == Column.DEAD || options.deadPercent() == DhtOptions.DEAD_PERCENT)
        && (column == Column.LOSS || options.lossPercent() == 0);
  }

  private Chart lookups() {
    Chart chart =
        new Chart(
            "Share of lookups over by then, " + options.peers() + " peers",
            "multiples of the median round trip",
            false);
    chart.line("ours", distribution(ours.lookups()::multiple));
    if (ours.hinted() != null) {
      chart.line("with hints", distribution(ours.hinted()::multiple));
    }
    if (plain != null) {
      chart.line("plain", distribution(plain.lookups()::multiple));
    }
    chart.line("direct", distribution(ours.lookups()::direct));
    return chart;
  }

  /** Up to the last hundredth but one: beyond it a few decide. */
  private static List<Chart.Point> distribution(ToDoubleFunction<Double> quantile) {
    return IntStream.rangeClosed(1, QUANTILES - 1)
        .mapToObj(i -> (double) i / QUANTILES)
        .map(share -> new Chart.Point(quantile.applyAsDouble(share), share))
        .toList();
  }

  private String xLabel(Column column) {
    return column == Column.PEERS
        ? column.title()
        : column.title() + ", of " + options.peers() + " peers";
  }

  private Chart over(Column column, Column shows) {
    Chart chart = new Chart(shows.title(), xLabel(column), column == Column.PEERS);
    for (String rules : DhtHistory.RULES) {
      chart.line(
          rules,
          history.over(column, rules).stream()
              .map(row -> new Chart.Point(row.get(column), row.get(shows)))
              .toList());
    }
    return chart;
  }
}
