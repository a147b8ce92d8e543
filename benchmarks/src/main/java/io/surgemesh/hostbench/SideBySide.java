package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import io.surgemesh.multiformats.Multiaddr;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures this host beside those of other libp2p implementations: clients and servers as processes
 * on this machine, in turn, the same work for each.
 */
public final class SideBySide {
  private static final long STREAM_BYTES = 512L << 20;
  private static final int SMALL_BYTES = 256;
  private static final long SMALL_TOTAL_BYTES = 32L << 20;

  /** The contests held on loopback. */
  public static final List<String> CONTESTS =
      List.of("upload", "download", "small", "handshakes", "streams");

  /** How many messages one run of a contest of small messages sends. */
  public static final long SMALL_MESSAGES = SMALL_TOTAL_BYTES / SMALL_BYTES;

  /** How many connections one run of a handshake contest makes. */
  public static final int HANDSHAKES = 200;

  private static final int STREAMS = 5000;
  private static final int STREAMS_PARALLEL = 64;
  private static final Set<String> ALL = Set.of("go", "rust", "js");
  private static final Duration WARM_UP = Duration.ofSeconds(6);

  /** What connects runs through much more code. */
  private static final Duration WARM_UP_HANDSHAKES = Duration.ofSeconds(60);

  private static final Duration WARM_UP_WAN = Duration.ofSeconds(10);
  private static final int WAN_PLAIN_TIMES = 3;
  private static final int PLAIN_FIRST_BYTES = 21;
  private static final int PLAIN_ROUND_TRIPS = 2;
  private static final long WAN_BYTES = 256L << 20;
  private static final long WAN_RTT_NANOS = 63_000_000;
  private static final long WAN_BITS_PER_SECOND = 1_000_000_000L;

  /**
   * What one implementation reached in one contest.
   *
   * @param contest what was measured, with the security behind a {@code #}
   * @param program who
   * @param rate median of the rounds
   * @param unit of the rate
   * @param cpuMillis processor time of the client per run, in milliseconds; median
   */
  public record Row(String contest, String program, double rate, String unit, double cpuMillis) {}

  /**
   * What an idle host of ours takes.
   *
   * @param readyMillis from the start of the process until it listens
   * @param heapBytes after a collection
   * @param threads of the host
   */
  public record IdleHost(long readyMillis, long heapBytes, long threads) {}

  private final Path root;
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * Creates the comparison.
   *
   * @param root of the repository, where the peers' sources are
   * @param rounds how often each implementation has its turn; the median counts
   * @param progress told what is being done
   */
  public SideBySide(Path root, int rounds, Consumer<String> progress) {
    this.root = root;
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * Measures everything on loopback.
   *
   * @param peers names of implementations: go, rust, js; one that cannot be built is left out
   * @param only names of contests to hold; empty for all
   * @param securities of noise and tls
   * @param withNative whether ours with native crypto has its turns too
   * @throws IOException when a process fails
   */
  public List<Row> loopback(
      List<String> peers, Set<String> only, List<String> securities, boolean withNative)
      throws IOException {
    List<PeerProgram> programs = new ArrayList<>(List.of(PeerProgram.ours()));
    if (withNative) {
      programs.add(PeerProgram.oursNative());
    }
    programs.addAll(new PeerBuilds(root, progress).build(peers));
    List<Row> rows = new ArrayList<>();
    for (Contest contest : contests(securities)) {
      if (!only.isEmpty() && !only.contains(contest.name())) {
        continue;
      }
      contest
          .hold(programs, rounds, progress)
          .forEach(
              (program, score) ->
                  rows.add(
                      new Row(
                          contest.name() + "#" + contest.security(),
                          program,
                          score.rate(),
                          contest.unit(),
                          score.cpuMillis())));
    }
    return rows;
  }

  private static List<Contest> contests(List<String> securities) {
    List<Contest> contests = new ArrayList<>();
    for (String security : securities) {
      contests.add(upload("upload", security, STREAM_BYTES, 64 << 10));
      contests.add(download(security));
      contests.add(
          new Contest(
              "small",
              security,
              "perf",
              List.of("perf", "--upload", "" + SMALL_TOTAL_BYTES, "--chunk", "" + SMALL_BYTES),
              Set.of("go", "js"),
              WARM_UP,
              "messages/s",
              told -> SMALL_TOTAL_BYTES / SMALL_BYTES / seconds(told, "uploadNanos")));
      contests.add(
          new Contest(
              "handshakes",
              security,
              "handshakes",
              List.of("handshakes", "--count", "" + HANDSHAKES, "--parallel", "1"),
              // What js takes scales the targets, with noise alone.
              security.equals("noise") ? Set.of("go", "js") : Set.of("go"),
              WARM_UP_HANDSHAKES,
              "conn/s",
              told -> HANDSHAKES / seconds(told, "nanos")));
      contests.add(
          new Contest(
              "streams",
              security,
              "streams",
              List.of("streams", "--count", "" + STREAMS, "--parallel", "" + STREAMS_PARALLEL),
              Set.of("go", "rust"),
              WARM_UP,
              "streams/s",
              told -> STREAMS / seconds(told, "nanos")));
    }
    return contests;
  }

  private static Contest upload(String name, String security, long bytes, int chunk) {
    return new Contest(
        name,
        security,
        "perf",
        List.of("perf", "--upload", "" + bytes, "--chunk", "" + chunk),
        ALL,
        WARM_UP,
        "MiB/s",
        told -> mib(bytes) / seconds(told, "uploadNanos"));
  }

  private static Contest download(String security) {
    return new Contest(
        "download",
        security,
        "perf",
        List.of("perf", "--download", "" + STREAM_BYTES),
        ALL,
        WARM_UP,
        "MiB/s",
        told -> mib(STREAM_BYTES) / seconds(told, "downloadNanos"));
  }

  private static double mib(long bytes) {
    return (double) bytes / (1 << 20);
  }

  private static double seconds(JsonObject told, String field) {
    return told.get(field).getAsLong() / 1e9;
  }

  /**
   * Measures one stream of ours and plain TCP in turn over an emulated path of 63 ms and 1 Gbit/s.
   *
   * @param securities of noise and tls
   * @throws IOException when a process fails
   */
  public List<Row> wan(List<String> securities) throws IOException {
    List<Row> rows = new ArrayList<>();
    PeerProgram ours = PeerProgram.ours();
    for (String security : securities) {
      try (PeerProcess server = PeerProcess.start(ours, "listen", "--security", security)) {
        String address = Contest.address(server.await("listening"));
        int port = Multiaddr.of(address).tcp().orElseThrow().port();
        try (DelayingRelay relay = new DelayingRelay(port, WAN_RTT_NANOS, WAN_BITS_PER_SECOND);
            PlainSink sink = new PlainSink();
            DelayingRelay plain =
                new DelayingRelay(sink.port(), WAN_RTT_NANOS, WAN_BITS_PER_SECOND)) {
          String far = address.replace("/tcp/" + port, "/tcp/" + relay.port());
          rows.addAll(overPath(ours, address, far, security, plain.port()));
        }
      }
    }
    return rows;
  }

  private List<Row> overPath(
      PeerProgram ours, String near, String far, String security, int plainPort)
      throws IOException {
    Contest upload = upload("wan", security, WAN_BYTES, 64 << 10);
    double[] plain = new double[rounds];
    double[] measured = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      progress.accept("wan " + security + ", round " + (round + 1) + " of " + rounds);
      measured[round] = upload.once(ours, far).rate();
      progress.accept("wan plain TCP, round " + (round + 1) + " of " + rounds);
      plain[round] = mib(WAN_BYTES) / (PlainSink.send(plainPort, WAN_BYTES, WAN_PLAIN_TIMES) / 1e9);
    }
    String contest = "wan#" + security;
    return List.of(
        new Row(contest, ours.name(), Contest.median(measured), "MiB/s", 0),
        new Row(contest, "plain TCP", Contest.median(plain), "MiB/s", 0),
        new Row(
            contest, "flights", flights(ours, near, far, security, plainPort), "round trips", 0));
  }

  /**
   * From a dial to the first byte back, in round trips of the path, without what plain TCP takes
   * longer than its two: that is the path's own.
   */
  private double flights(PeerProgram ours, String near, String far, String security, int plainPort)
      throws IOException {
    progress.accept("first byte over the path, " + security);
    Contest first =
        new Contest(
            "firstbyte",
            security,
            "firstbyte",
            List.of("firstbyte", "--near", near),
            Set.of(),
            WARM_UP_WAN,
            "round trips",
            told -> told.get("nanos").getAsLong() / (double) WAN_RTT_NANOS);
    double measured = first.once(ours, far).rate();
    double[] plain = new double[PLAIN_FIRST_BYTES];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = PlainSink.firstByteNanos(plainPort) / (double) WAN_RTT_NANOS;
    }
    return measured - (Contest.median(plain) - PLAIN_ROUND_TRIPS);
  }

  /**
   * Starts hosts of ours that do nothing, one after the other; returns the medians.
   *
   * @throws IOException when a process fails
   */
  public IdleHost idle() throws IOException {
    List<JsonObject> all = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      progress.accept("an idle host, round " + round + " of " + rounds);
      try (PeerProcess idle = PeerProcess.start(PeerProgram.idle())) {
        all.add(idle.await("idle"));
      }
    }
    return new IdleHost(
        median(all, "readyMillis"), median(all, "heapBytes"), median(all, "threads"));
  }

  private static long median(List<JsonObject> told, String field) {
    return (long)
        Contest.median(told.stream().mapToDouble(one -> one.get(field).getAsLong()).toArray());
  }
}
