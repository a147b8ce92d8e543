package io.surgemesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the DHT beside their targets and those of plain rules.
 *
 * @param options what was asked for
 * @param ours peers with the default configuration
 * @param plain the same with the rules of the specification, which go-libp2p-kad-dht follows; null
 *     when not asked for
 * @param history these figures and those of other sizes; null when none are kept
 */
record DhtResult(
    DhtOptions options, DhtFigures ours, @Nullable DhtFigures plain, @Nullable DhtHistory history) {
  private static final double MEDIAN_TARGET = 2;
  private static final double LATE_TARGET = 4;
  private static final double HINTS_MEDIAN_TARGET = 1.5;
  private static final double HINTS_LATE_TARGET = 3;
  private static final double FOUND_TARGET = 0.9999;
  private static final double BANDWIDTH_TARGET = 8;
  private static final int MILLION = 1_000_000;
  private static final String BANDWIDTH =
      "sent by an idle peer, with headers, TLS handshakes and keep-alives of the 16 to 24"
          + " connections it keeps; each further one adds 0.05; target: fitted for a million";
  private static final String FITTED =
      "a + b log10(peers), by least squares through all sizes measured so far";

  List<Metric> metrics() {
    List<Metric> metrics =
        new ArrayList<>(lookups(options.caseName(), options.hints(), ours.lookups()));
    metrics.add(bandwidth(options.caseName(), ours.idleKilobits(), BANDWIDTH));
    if (history != null) {
      history
          .fitted(DhtHistory.Column.KILOBITS, MILLION)
          .map(value -> bandwidth(options.caseName(MILLION), value, FITTED))
          .ifPresent(metrics::add);
    }
    if (ours.hinted() != null) {
      metrics.addAll(lookups(options.hintedCaseName(), true, ours.hinted()));
    }
    return metrics;
  }

  private List<Metric> lookups(String suffix, boolean hints, LookupFigures figures) {
    String round = "multiples of the median round trip";
    String lookup =
        "from the call to the answer of the peer searched for, "
            + (hints
                ? "with which the asker had nothing to do before; hints on" + hinted()
                : "which the asker had never heard of; hints off; ")
            + conditions();
    return List.of(
        new Metric(
            "dht.lookup.p50" + suffix,
            figures.multiple(0.5),
            round,
            lookup,
            hints ? HINTS_MEDIAN_TARGET : MEDIAN_TARGET,
            true),
        new Metric(
            "dht.lookup.p99" + suffix,
            figures.multiple(0.99),
            round,
            lookup,
            hints ? HINTS_LATE_TARGET : LATE_TARGET,
            true),
        new Metric(
            "dht.lookup.found" + suffix,
            figures.found(),
            "of 1",
            options.lookups() + " lookups; target: at least 10000",
            FOUND_TARGET,
            false));
  }

  private static Metric bandwidth(String suffix, double kilobits, String against) {
    return new Metric(
        "dht.bandwidth" + suffix, kilobits, "kbit/s per peer", against, BANDWIDTH_TARGET, true);
  }

  private String hinted() {
    return options.beginHinted() > 0
        ? " at the " + options.hinted() + " peers that ask, which began with them; "
        : "; ";
  }

  private String conditions() {
    String connecting =
        options.dialRoundTrips() == 0
            ? "connecting takes no time, so that only messages count"
            : "connecting takes " + options.dialRoundTrips() + " round trips";
    String lost =
        options.lossPercent() == 0 ? "" : options.lossPercent() + " % of the packets lost; ";
    String placed = options.placed() ? "; peers began with full tables" : "";
    return options.deadPercent()
        + " % of the peers dead without a word; "
        + lost
        + connecting
        + placed;
  }

  /** Returns the lines of the table, ASCII only. */
  List<String> lines() {
    List<String> lines = DhtTable.lines(metrics(), 26, 36);
    lines.add("");
    lines.add(format("%-44s %12s %12s %12s", "", "ours", plain == null ? "" : "plain", "direct"));
    quantiles(lines, "lookup", ours.lookups(), plain == null ? null : plain.lookups());
    for (double quantile : new double[] {0.5, 0.9, 0.99}) {
      lines.add(
          format(
              "%-44s %12.4f %12s",
              "put, round trips, quantile " + quantile,
              ours.put(quantile),
              plain == null ? "" : format("%.4f", plain.put(quantile))));
    }
    rows(lines);
    if (ours.hinted() != null) {
      hinted(lines, ours.hinted());
    }
    if (plain != null) {
      lines.add("");
      lines.add(
          "plain: as in go-libp2p-kad-dht: k 20, alpha 10, by distance alone, beta 3 and then the"
              + " rest of the k nearest at once, each peer waited for 5 s, buckets of 20, each"
              + " searched in every 10 min, values put once the k nearest are known; on the same"
              + " hosts");
    }
    lines.add("direct: the round trips of the same pairs of peers, the least a lookup can take");
    lines.add(summary());
    return lines;
  }

  private static void quantiles(
      List<String> lines, String what, LookupFigures figures, @Nullable LookupFigures other) {
    for (double quantile : new double[] {0.5, 0.9, 0.99, 0.999, 1}) {
      lines.add(
          format(
              "%-44s %12.4f %12s %12.4f",
              what + ", round trips, quantile " + quantile,
              figures.multiple(quantile),
              other == null ? "" : format("%.4f", other.multiple(quantile)),
              figures.direct(quantile)));
    }
  }

  private void hinted(List<String> lines, LookupFigures figures) {
    quantiles(lines, "with hints", figures, null);
    lines.add(format("%-44s %12.4f", "with hints, found", figures.found()));
    lines.add(format("%-44s %12.4f", "with hints, queries per lookup", figures.queries()));
    lines.add(format("%-44s %12.4f", "with hints, rounds per lookup", figures.rounds()));
    lines.add(format("%-44s %12.4f", "with hints, peers known so", ours.hintPeers()));
  }

  private void rows(List<String> lines) {
    DhtFigures other = plain == null ? ours : plain;
    row(lines, "found", ours.lookups().found(), other.lookups().found());
    row(lines, "queries per lookup", ours.lookups().queries(), other.lookups().queries());
    row(lines, "rounds per lookup", ours.lookups().rounds(), other.lookups().rounds());
    row(lines, "of the k nearest, hold a value put", ours.putShare(), other.putShare());
    row(lines, "queries per idle peer and minute", ours.idleQueries(), other.idleQueries());
    row(lines, "kbit/s per idle peer", ours.idleKilobits(), other.idleKilobits());
    if (options.hints()) {
      row(lines, "of these for hints", ours.hintKilobits(), other.hintKilobits());
      row(lines, "peers known as hints", ours.hintPeers(), other.hintPeers());
    }
    row(
        lines,
        "connections per idle peer and minute",
        ours.connectionsPerMinute(),
        other.connectionsPerMinute());
    row(lines, "peers in a routing table", ours.tablePeers(), other.tablePeers());
  }

  private void row(List<String> lines, String name, double mine, double others) {
    lines.add(
        plain == null
            ? format("%-44s %12.4f", name, mine)
            : format("%-44s %12.4f %12.4f", name, mine, others));
  }

  /** Returns one line: the trace hash and the median round trip. */
  String summary() {
    return format(
        "trace %s; median round trip %.1f ms",
        ours.traceHash(), ours.lookups().medianRoundTripNanos() / 1e6);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
