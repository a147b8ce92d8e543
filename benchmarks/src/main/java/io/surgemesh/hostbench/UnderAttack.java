package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures what an attacker leaves to an honest peer of the same host, beside what a harmless
 * process leaves that uses as much of the honest peer's processor, and as much of it at a time.
 *
 * <p>The victim has one processor, little memory and the limits that hosts have; all others share
 * the other processor. The honest peer keeps one connection through everything.
 */
public final class UnderAttack {
  private static final int VICTIM_CORE = 0;
  private static final int CLIENTS_CORE = 1;
  private static final String VICTIM_HEAP = "-Xmx256m";
  private static final long UPLOAD_BYTES = 16L << 20;
  private static final int STREAMS = 500;
  private static final long WARM_UP_NANOS = Duration.ofSeconds(20).toNanos();

  /**
   * What refuses is code too: until each attack has had its turn for some seconds, the compiler
   * takes more of the victim's processor than the attacker.
   */
  private static final int WARM_UP_ATTACKS = 4;

  /**
   * All attacks have their turn twice, though connecting to a host that rests takes double time.
   */
  private static final long WINDOW_NANOS = 2 * 2 * Attacker.SLICE_NANOS * attacks().size();

  private static final String RUNS_MAX = "1000000";

  /**
   * What an honest peer reached.
   *
   * @param work what it did
   * @param attacked median rate while the host was attacked
   * @param beside median rate beside a harmless process
   * @param unit of both
   * @param share of the clients' processor that the attacker used
   * @param besideShare the same of the harmless process
   */
  public record Row(
      String work, double attacked, double beside, String unit, double share, double besideShare) {
    /** Returns what the attacker leaves, 1 for all. */
    public double ratio() {
      return attacked / beside;
    }
  }

  /** What the honest peer does over and over. */
  private record Work(
      String name, String event, List<String> arguments, double units, String unit) {}

  /** What was reached in a time, and how much of the processor the other process used. */
  private record Phase(double rate, double share) {}

  /** A time under attack, and what the attacker told of each slice. */
  private record Attacked(Phase phase, List<JsonObject> slices) {}

  private final int rounds;
  private final String only;
  private final Consumer<String> progress;

  /** Returns the names of the attacks there are. */
  public static List<String> attacks() {
    return Stream.<Enum<?>[]>of(
            SocketAttack.Kind.values(), TlsAttack.Kind.values(), PeerAttack.Kind.values())
        .flatMap(Arrays::stream)
        .map(Enum::name)
        .toList();
  }

  /**
   * Creates the measurement.
   *
   * @param rounds how often each of the two has its turn; the median counts
   * @param only the one attack to try, empty for all
   * @param progress told what is being done
   */
  public UnderAttack(int rounds, String only, Consumer<String> progress) {
    this.rounds = rounds;
    this.only = only;
    this.progress = progress;
  }

  /**
   * Measures all that an honest peer does.
   *
   * @param security noise or tls
   * @throws IOException when a process fails, the victim's for want of memory among them, or the
   *     honest peer loses its connection
   */
  public List<Row> measure(String security) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Work work :
        List.of(
            new Work(
                "upload",
                "perf",
                List.of("--upload", String.valueOf(UPLOAD_BYTES)),
                UPLOAD_BYTES / (double) (1 << 20),
                "MiB/s"),
            new Work(
                "streams",
                "streams",
                List.of("--count", String.valueOf(STREAMS), "--parallel", "8"),
                STREAMS,
                "streams/s"))) {
      rows.add(measure(work, security));
    }
    return rows;
  }

  private Row measure(Work work, String security) throws IOException {
    PeerProgram victim =
        PeerProgram.oursOn(VICTIM_CORE, VICTIM_HEAP, "-XX:+ExitOnOutOfMemoryError");
    PeerProgram client = PeerProgram.oursOn(CLIENTS_CORE, "-Xmx512m");
    List<Phase> attacked = new ArrayList<>();
    List<Phase> beside = new ArrayList<>();
    try (PeerProcess host =
        PeerProcess.start(victim, "listen", "--security", security, "--default-limits")) {
      String address = Contest.address(host.await("listening"));
      List<String> arguments = new ArrayList<>(List.of(work.event, address));
      arguments.addAll(work.arguments);
      arguments.addAll(List.of("--security", security, "--runs", RUNS_MAX));
      try (PeerProcess honest = PeerProcess.start(client, arguments.toArray(new String[0]))) {
        rate(work, honest, WARM_UP_NANOS);
        for (int i = 0; i < WARM_UP_ATTACKS; i++) {
          progress.accept(work.name + " under attack, to warm up");
          attacked(work, honest, client, address, security);
        }
        for (int round = 1; round <= rounds; round++) {
          progress.accept(work.name + " under attack, round " + round + " of " + rounds);
          Attacked phase = attacked(work, honest, client, address, security);
          attacked.add(phase.phase);
          progress.accept(work.name + " beside a harmless process");
          beside.add(beside(work, honest, client, phase.slices));
        }
      }
    }
    return new Row(
        work.name,
        Contest.median(attacked.stream().mapToDouble(Phase::rate).toArray()),
        Contest.median(beside.stream().mapToDouble(Phase::rate).toArray()),
        work.unit,
        Contest.median(attacked.stream().mapToDouble(Phase::share).toArray()),
        Contest.median(beside.stream().mapToDouble(Phase::share).toArray()));
  }

  private Attacked attacked(
      Work work, PeerProcess honest, PeerProgram client, String address, String security)
      throws IOException {
    try (PeerProcess attacker =
        PeerProcess.start(
            client,
            "attack",
            address,
            "--security",
            security,
            "--echo",
            OurPeer.ECHO.value(),
            "--only",
            only)) {
      attacker.await("attacking");
      Phase phase = phase(work, honest, attacker);
      return new Attacked(phase, attacker.told("slice"));
    }
  }

  /** Returns the mean of a field of each slice, in the order of their turns. */
  private static String means(List<JsonObject> slices, String field) {
    Map<Integer, Double> byIndex =
        slices.stream()
            .collect(
                Collectors.groupingBy(
                    slice -> slice.get("index").getAsInt(),
                    TreeMap::new,
                    Collectors.averagingDouble(slice -> slice.get(field).getAsDouble())));
    return byIndex.values().stream()
        .map(mean -> String.valueOf(mean.longValue()))
        .collect(Collectors.joining(","));
  }

  private static Phase beside(
      Work work, PeerProcess honest, PeerProgram client, List<JsonObject> slices)
      throws IOException {
    try (PeerProcess burner =
        PeerProcess.start(
            client,
            "burn",
            "--cpu",
            means(slices, "cpuNanos"),
            "--slices",
            means(slices, "nanos"))) {
      burner.await("burning");
      return phase(work, honest, burner);
    }
  }

  private static Phase phase(Work work, PeerProcess honest, PeerProcess other) throws IOException {
    // What was told before belongs to the time before.
    honest.skip();
    long begunNanos = System.nanoTime();
    Duration begun = other.cpu();
    double rate = rate(work, honest, WINDOW_NANOS);
    double share = other.cpu().minus(begun).toNanos() / (double) (System.nanoTime() - begunNanos);
    return new Phase(rate, share);
  }

  /** Returns how much is done in a second, over whole runs for about so long. */
  private static double rate(Work work, PeerProcess honest, long nanos) throws IOException {
    honest.await(work.event);
    long begunNanos = System.nanoTime();
    long endNanos = begunNanos;
    int runs = 0;
    while (endNanos - begunNanos < nanos) {
      honest.await(work.event);
      endNanos = System.nanoTime();
      runs++;
    }
    return runs * work.units / ((endNanos - begunNanos) / 1e9);
  }
}
