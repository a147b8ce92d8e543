package io.surgemesh.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The figures of all runs of DHTs so far, a line each, in a file beside that of results: of those
 * that differ in {@link #CONDITIONS} alone, as others would bend what is fitted through them.
 */
final class DhtHistory {
  /**
   * Peers with our rules, with hints as well, and with those of the specification alone. Peers that
   * began with full tables stand for ours where as many have not joined one by one.
   */
  static final List<String> RULES = List.of("ours", "hints", "plain");

  private static final String OURS = "ours";
  private static final String PLACED = "placed";

  /** In the file: those of {@link #RULES}, after ours the peers that began with full tables. */
  private static final List<String> KINDS = List.of(OURS, PLACED, "hints", "plain");

  private static final String NAME = "dht.csv";
  private static final String HEAD =
      "rules,peers,dead percent,loss percent,p50,p99,rounds,queries,found,kilobits,put p50,put p99,"
          + "put share";
  private static final int SIZES_MIN = 3;

  /** What was measured, by its place in a line. */
  enum Column {
    PEERS("peers"),
    DEAD("per cent dead"),
    LOSS("per cent of packets lost"),
    MEDIAN("Lookup p50, round trips"),
    LATE("Lookup p99, round trips"),
    ROUNDS("Rounds per lookup"),
    QUERIES("Messages per lookup"),
    FOUND("Share of lookups that found their peer"),
    KILOBITS("kbit/s per idle peer"),
    PUT_MEDIAN("Put p50, round trips"),
    PUT_LATE("Put p99, round trips"),
    PUT_SHARE("Share of the k nearest that hold a value");

    private final String title;

    Column(String title) {
      this.title = title;
    }

    /** Returns what a chart calls it. */
    String title() {
      return title;
    }
  }

  /** What a run is measured under besides its rules. */
  static final List<Column> CONDITIONS = List.of(Column.PEERS, Column.DEAD, Column.LOSS);

  private static final List<Column> COLUMNS = List.of(Column.values());

  /**
   * One run.
   *
   * @param rules one of {@link #RULES}, or of those that began with full tables
   * @param values a number for each column
   */
  record Row(String rules, List<Double> values) {
    private static Row of(String line) {
      int comma = line.indexOf(',');
      List<String> fields = List.of(line.substring(comma + 1).split(",", -1));
      return new Row(line.substring(0, comma), fields.stream().map(Double::valueOf).toList());
    }

    private static Row of(String rules, DhtOptions options, DhtFigures figures) {
      return new Row(
          rules,
          List.of(
              (double) options.peers(),
              (double) options.deadPercent(),
              (double) options.lossPercent(),
              figures.lookups().multiple(0.5),
              figures.lookups().multiple(0.99),
              figures.lookups().rounds(),
              figures.lookups().queries(),
              figures.lookups().found(),
              figures.idleKilobits(),
              figures.put(0.5),
              figures.put(0.99),
              figures.putShare()));
    }

    double get(Column column) {
      return values.get(COLUMNS.indexOf(column));
    }

    private boolean replaces(Row other) {
      return rules.equals(other.rules) && isLike(other);
    }

    /** Returns whether this shows our rules where peers joined one by one, if there are such. */
    private boolean standsIn(List<Row> rows) {
      return rules.equals(PLACED)
          && rows.stream().noneMatch(row -> row.rules.equals(OURS) && row.isLike(this));
    }

    private boolean isLike(Row other) {
      return CONDITIONS.stream().allMatch(column -> isLike(other, column));
    }

    private boolean isLike(Row other, Column column) {
      return get(column) == other.get(column);
    }

    private String line() {
      StringBuilder line = new StringBuilder(rules);
      for (double value : values) {
        line.append(',').append(String.format(Locale.ROOT, "%.6g", value));
      }
      return line.toString();
    }
  }

  private final List<Row> rows;
  private final Row last;

  private DhtHistory(List<Row> rows, Row last) {
    this.rows = rows;
    this.last = last;
  }

  /**
   * Reads all runs of a folder, and adds one in place of an older one of the same kind.
   *
   * @param plain the same with the rules of the specification; null when there is none
   * @throws IOException when the file cannot be read or written
   */
  static DhtHistory with(
      Path folder, DhtOptions options, DhtFigures ours, @Nullable DhtFigures plain)
      throws IOException {
    Path file = folder.resolve(NAME);
    List<Row> rows = new ArrayList<>();
    if (Files.exists(file)) {
      Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .skip(1)
          .map(Row::of)
          .forEach(rows::add);
    }
    Row last = Row.of(kind(options), options, ours);
    List<Row> added = new ArrayList<>(List.of(last));
    if (plain != null) {
      added.add(Row.of("plain", options, plain));
    }
    for (Row row : added) {
      rows.removeIf(row::replaces);
      rows.add(row);
    }
    rows.sort(
        Comparator.comparing((Row row) -> KINDS.indexOf(row.rules))
            .thenComparing(row -> row.get(Column.PEERS))
            .thenComparing(row -> row.get(Column.DEAD))
            .thenComparing(row -> row.get(Column.LOSS)));
    List<String> lines = new ArrayList<>(List.of(HEAD));
    rows.forEach(row -> lines.add(row.line()));
    Files.write(file, lines, StandardCharsets.UTF_8);
    return new DhtHistory(rows, last);
  }

  private static String kind(DhtOptions options) {
    if (options.hints()) {
      return "hints";
    }
    return options.placed() ? PLACED : OURS;
  }

  /** Returns the runs under some rules that differ from the one just added in one thing alone. */
  List<Row> over(Column column, String rules) {
    return rows.stream()
        .filter(row -> row.rules.equals(rules) || (rules.equals(OURS) && row.standsIn(rows)))
        .filter(row -> CONDITIONS.stream().allMatch(its -> its == column || row.isLike(last, its)))
        .toList();
  }

  /** Returns how many values of a column there are where all else is as in the run just added. */
  long valuesOver(Column column) {
    return RULES.stream()
        .flatMap(rules -> over(column, rules).stream())
        .map(row -> row.get(column))
        .distinct()
        .count();
  }

  /**
   * Fits a + b log10(peers) by least squares to a column of the runs like the one just added.
   *
   * @return what it gives for so many peers; empty when there are runs of fewer than {@value
   *     #SIZES_MIN} sizes
   */
  Optional<Double> fitted(Column column, int peers) {
    List<Row> runs = over(Column.PEERS, last.rules.equals(PLACED) ? OURS : last.rules);
    if (runs.size() < SIZES_MIN) {
      return Optional.empty();
    }
    double meanX = runs.stream().mapToDouble(DhtHistory::logPeers).average().orElseThrow();
    double meanY = runs.stream().mapToDouble(row -> row.get(column)).average().orElseThrow();
    double slope =
        runs.stream().mapToDouble(row -> (logPeers(row) - meanX) * (row.get(column) - meanY)).sum()
            / runs.stream().mapToDouble(row -> Math.pow(logPeers(row) - meanX, 2)).sum();
    return Optional.of(meanY + slope * (Math.log10(peers) - meanX));
  }

  private static double logPeers(Row row) {
    return Math.log10(row.get(Column.PEERS));
  }
}
