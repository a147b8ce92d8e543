package io.surgemesh.benchmarks;

import io.surgemesh.hostbench.SideBySide;
import io.surgemesh.hostbench.SideBySide.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a comparison of hosts came to.
 *
 * @param rows of each contest and implementation
 * @param idle what a host of ours takes that does nothing
 */
record HostResult(List<Row> rows, SideBySide.IdleHost idle) {
  private static final String OURS = "surgemesh";
  private static final String OURS_NATIVE = "surgemesh-native";
  private static final Set<String> ALL = Set.of("go", "rust", "js");
  private static final Set<String> GO = Set.of("go");
  private static final Set<String> GO_JS = Set.of("go", "js");
  private static final Set<String> GO_RUST = Set.of("go", "rust");
  private static final int HANDSHAKES_PER_RUN = SideBySide.HANDSHAKES;
  private static final long MESSAGES_PER_RUN = SideBySide.SMALL_MESSAGES;
  private static final double JS_HANDSHAKE_MILLIS = 3.20;
  private static final long IDLE_HEAP_MIB = 40;
  private static final int IDLE_THREADS = 8;
  private static final int NOISE_JDK = 21;

  List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    for (String security : List.of("tls", "noise")) {
      addRatio(metrics, "host.stream.ratio", "upload", security, ALL, 1.0);
      addRatio(metrics, "host.stream.ratio", "download", security, ALL, 1.0);
      addRatio(metrics, "host.small.ratio", "small", security, GO_JS, 2.0);
      addSmallRate(metrics, security);
      addRatio(metrics, "host.open.ratio", "streams", security, GO_RUST, 1.5);
      addRatio(metrics, "host.handshake.ratio", "handshakes", security, GO, 0.65);
      addHandshakeCpu(metrics, OURS, security, security.equals("noise") ? 0.5 : 0.75);
      addNativeHandshakes(metrics, security);
      addWan(metrics, security);
    }
    addIdle(metrics);
    return metrics;
  }

  private Optional<Row> row(String contest, String program) {
    return rows.stream()
        .filter(row -> row.contest().equals(contest) && row.program().equals(program))
        .findFirst();
  }

  /** Nothing is added when nobody of those it is measured against could run. */
  private void addRatio(
      List<Metric> metrics,
      String id,
      String contest,
      String security,
      Set<String> against,
      double target) {
    String of = contest + "#" + security;
    Optional<Row> best =
        rows.stream()
            .filter(row -> row.contest().equals(of) && against.contains(row.program()))
            .max((a, b) -> Double.compare(a.rate(), b.rate()));
    Optional<Row> ours = row(of, OURS);
    if (best.isPresent() && ours.isPresent()) {
      String shown = id.equals("host.stream.ratio") ? security + "-" + contest : security;
      metrics.add(
          new Metric(
              id + "#" + shown,
              ours.get().rate() / best.get().rate(),
              "ratio",
              contest
                  + " with "
                  + security
                  + " against "
                  + best.get().program()
                  + condition(security),
              target,
              false));
    }
  }

  /** Noise's only cipher is slow in the JDKs before. */
  private static String condition(String security) {
    return security.equals("noise") && Runtime.version().feature() < NOISE_JDK
        ? "; the targets with noise are for JDK " + NOISE_JDK + " and later"
        : "";
  }

  private void addSmallRate(List<Metric> metrics, String security) {
    row("small#" + security, OURS)
        .filter(row -> row.cpuMillis() > 0)
        .ifPresent(
            row ->
                metrics.add(
                    new Metric(
                        "host.small.rate#" + security,
                        MESSAGES_PER_RUN / (row.cpuMillis() / 1000),
                        "messages/cpu s",
                        "256-byte messages per processor second of the sender"
                            + condition(security),
                        3_000_000,
                        false)));
  }

  /** With native crypto there is more to reach; all others of its rows are in the table only. */
  private void addNativeHandshakes(List<Metric> metrics, String security) {
    Optional<Row> go = row("handshakes#" + security, "go");
    Optional<Row> ours = row("handshakes#" + security, OURS_NATIVE);
    if (go.isPresent() && ours.isPresent()) {
      metrics.add(
          new Metric(
              "host.handshake.ratio#" + security + "-native",
              ours.get().rate() / go.get().rate(),
              "ratio",
              "handshakes with " + security + " and native crypto against go",
              1.0,
              false));
    }
    addHandshakeCpu(metrics, OURS_NATIVE, security, 0.5);
  }

  /**
   * The target was set on a machine where js-libp2p took {@value #JS_HANDSHAKE_MILLIS} ms with
   * Noise: on another it is as much longer as js takes there, when js was asked.
   */
  private void addHandshakeCpu(
      List<Metric> metrics, String program, String security, double target) {
    OptionalDouble js =
        row("handshakes#noise", "js").stream()
            .filter(row -> row.cpuMillis() > 0)
            .mapToDouble(row -> row.cpuMillis() / HANDSHAKES_PER_RUN)
            .findFirst();
    double here = js.isPresent() ? target * js.getAsDouble() / JS_HANDSHAKE_MILLIS : target;
    String scale =
        js.isPresent()
            ? String.format(
                Locale.ROOT,
                "; js with noise %.2f, where %.2f is the target %.2f",
                js.getAsDouble(),
                target,
                JS_HANDSHAKE_MILLIS)
            : "";
    String suffix = program.equals(OURS_NATIVE) ? "-native" : "";
    row("handshakes#" + security, program)
        .ifPresent(
            row ->
                metrics.add(
                    new Metric(
                        "host.handshake.cpu#" + security + suffix,
                        row.cpuMillis() / HANDSHAKES_PER_RUN,
                        "ms",
                        "processor time of the dialler: dial to muxer ready, close" + scale,
                        here,
                        true)));
  }

  private void addWan(List<Metric> metrics, String security) {
    Optional<Row> ours = row("wan#" + security, OURS);
    Optional<Row> plain = row("wan#" + security, "plain TCP");
    if (ours.isPresent() && plain.isPresent()) {
      metrics.add(
          new Metric(
              "host.wan.ratio#" + security,
              ours.get().rate() / plain.get().rate(),
              "ratio",
              "one stream over 63 ms and 1 Gbit/s, against plain TCP" + condition(security),
              0.95,
              false));
    }
    row("wan#" + security, "flights")
        .ifPresent(row -> metrics.add(flights("host.connect.flights#" + security, row.rate())));
  }

  /** Whatever crosses the path takes half a round trip; what is left is computing. */
  private static Metric flights(String id, double roundTrips) {
    return new Metric(
        id,
        Math.round(2 * roundTrips) / 2.0,
        "round trips",
        String.format(
            Locale.ROOT,
            "from the dial to the first byte back; %.2f by the path's 63 ms, plain TCP counts as 2",
            roundTrips),
        3.0,
        true);
  }

  private void addIdle(List<Metric> metrics) {
    String what = "one idle host of ours";
    metrics.add(
        new Metric(
            "host.idle#heap", idle.heapBytes() / 1048576.0, "MiB", what, IDLE_HEAP_MIB, true));
    metrics.add(
        new Metric("host.idle#threads", idle.threads(), "threads", what, IDLE_THREADS, true));
    metrics.add(new Metric("host.idle#ready", idle.readyMillis() / 1000.0, "s", what, 1.0, true));
  }

  /** Returns the names of the contests, in the order held. */
  List<String> contests() {
    return rows.stream().map(Row::contest).distinct().toList();
  }

  Stream<Row> of(String contest) {
    return rows.stream().filter(row -> row.contest().equals(contest));
  }
}
