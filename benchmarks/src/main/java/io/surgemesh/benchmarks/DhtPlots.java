package io.surgemesh.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of the figures of the DHT, beside the file of results: how long the lookups of one run
 * took, and each target over the number of peers, from all runs so far, which a table of its own
 * keeps.
 */
final class DhtPlots {
  private static final int COLUMNS = 2;
  private static final int QUANTILES = 200;
  private static final String TABLE = "dht.csv";
  private static final String OVER_PEERS = "dht.svg";
  private static final String HEAD =
      "rules,peers,p50,p99,rounds,queries,found,kilobits,put p50,put p99,put share";

  /** One run in the table. */
  private record Row(String rules, List<Double> values) {
    static Row of(String line) {
      int comma = line.indexOf(',');
      List<String> fields = List.of(line.substring(comma + 1).split(",", -1));
      return new Row(line.substring(0, comma), fields.stream().map(Double::valueOf).toList());
    }

    static Row of(String rules, int peers, DhtFigures figures) {
      return new Row(
          rules,
          List.of(
              (double) peers,
              figures.multiple(0.5),
              figures.multiple(0.99),
              figures.rounds(),
              figures.queries(),
              figures.found(),
              figures.idleKilobits(),
              figures.put(0.5),
              figures.put(0.99),
              figures.putShare()));
    }

    String line() {
      StringBuilder line = new StringBuilder(rules);
      for (double value : values) {
        line.append(',').append(String.format(Locale.ROOT, "%.6g", value));
      }
      return line.toString();
    }

    boolean replaces(Row other) {
      return rules.equals(other.rules) && values.get(0).equals(other.values.get(0));
    }
  }

  private final DhtOptions options;
  private final DhtFigures ours;
  private final @Nullable DhtFigures plain;

  DhtPlots(DhtOptions options, DhtFigures ours, @Nullable DhtFigures plain) {
    this.options = options;
    this.ours = ours;
    this.plain = plain;
  }

  /**
   * Writes the pictures into the folder of a file of results.
   *
   * @return what shows them there, lines of Markdown
   * @throws IOException when a file cannot be read or written
   */
  List<String> write(Path results) throws IOException {
    Path folder = results.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder: " + results);
    }
    String name = "dht-lookups-" + options.caseName().substring(1) + ".svg";
    write(folder.resolve(name), List.of(lookups()));
    List<Row> rows = rows(folder.resolve(TABLE));
    write(folder.resolve(OVER_PEERS), overPeers(rows));
    return List.of(
        "![How long lookups took](" + name + ")",
        "",
        "![Over the number of peers](" + OVER_PEERS + ")");
  }

  private Chart lookups() {
    Chart chart =
        new Chart(
            "Share of lookups over by then, " + options.peers() + " peers",
            "multiples of the median round trip",
            false);
    chart.line("ours", distribution(ours::multiple));
    if (plain != null) {
      chart.line("plain", distribution(plain::multiple));
    }
    chart.line("direct", distribution(ours::direct));
    return chart;
  }

  /** Up to the last hundredth but one: beyond it a few decide. */
  private static List<Chart.Point> distribution(ToDoubleFunction<Double> quantile) {
    return IntStream.rangeClosed(1, QUANTILES - 1)
        .mapToObj(i -> (double) i / QUANTILES)
        .map(share -> new Chart.Point(quantile.applyAsDouble(share), share))
        .toList();
  }

  /** Returns all runs, this one in place of older ones of the same size, and keeps them. */
  private List<Row> rows(Path table) throws IOException {
    List<Row> rows = new ArrayList<>();
    if (Files.exists(table)) {
      Files.readAllLines(table, StandardCharsets.UTF_8).stream()
          .skip(1)
          .map(Row::of)
          .forEach(rows::add);
    }
    List<Row> added = new ArrayList<>(List.of(Row.of("ours", options.peers(), ours)));
    if (plain != null) {
      added.add(Row.of("plain", options.peers(), plain));
    }
    for (Row row : added) {
      rows.removeIf(row::replaces);
      rows.add(row);
    }
    rows.sort(Comparator.comparing(Row::rules).thenComparing(row -> row.values.get(0)));
    List<String> lines = new ArrayList<>(List.of(HEAD));
    rows.forEach(row -> lines.add(row.line()));
    Files.write(table, lines, StandardCharsets.UTF_8);
    return rows;
  }

  private static List<Chart> overPeers(List<Row> rows) {
    return List.of(
        overPeers("Lookup p50, round trips", rows, 1),
        overPeers("Lookup p99, round trips", rows, 2),
        overPeers("Rounds per lookup", rows, 3),
        overPeers("Messages per lookup", rows, 4),
        overPeers("Share of lookups that found their peer", rows, 5),
        overPeers("kbit/s per idle peer", rows, 6),
        overPeers("Put p50, round trips", rows, 7),
        overPeers("Share of the k nearest that hold a value", rows, 9));
  }

  private static Chart overPeers(String title, List<Row> rows, int column) {
    Chart chart = new Chart(title, "peers", true);
    for (String rules : List.of("ours", "plain")) {
      chart.line(
          rules,
          rows.stream()
              .filter(row -> row.rules.equals(rules))
              .map(row -> new Chart.Point(row.values.get(0), row.values.get(column)))
              .toList());
    }
    return chart;
  }

  private static void write(Path file, List<Chart> charts) throws IOException {
    int columns = Math.min(COLUMNS, charts.size());
    int width = columns * Chart.WIDTH;
    int height = (charts.size() + columns - 1) / columns * Chart.HEIGHT;
    StringBuilder out = new StringBuilder();
    out.append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"11\"")
        .append(" width=\"" + width + "\" height=\"" + height + "\">\n")
        .append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (int i = 0; i < charts.size(); i++) {
      out.append(charts.get(i).svg(i % columns * Chart.WIDTH, i / columns * Chart.HEIGHT));
    }
    Files.writeString(file, out.append("</svg>\n"), StandardCharsets.UTF_8);
  }
}
