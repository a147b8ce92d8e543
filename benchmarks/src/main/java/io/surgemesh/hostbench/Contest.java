package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * One thing that every implementation does with a peer of its own kind, in turn, round after round.
 *
 * @param name as tables show it
 * @param security noise or tls
 * @param event what a client tells once per run
 * @param clientArguments the command first; the address is put behind it
 * @param against the implementations that ours is compared with in it
 * @param warmUp how long a client does it before that counts: code compiled at run time takes that
 *     long to come to its speed
 * @param unit of the rate
 * @param rate what one run came to
 */
record Contest(
    String name,
    String security,
    String event,
    List<String> clientArguments,
    Set<String> against,
    Duration warmUp,
    String unit,
    ToDoubleFunction<JsonObject> rate) {
  /** For sockets and windows, which all have to warm up. */
  private static final Duration WARM_UP_COMPILED = Duration.ofSeconds(2);

  private static final int RUNS_MAX = 1_000_000;
  private static final int RUNS_MEASURED_MIN = 3;

  /** Long enough for the clock of processor time, which ticks every 10 ms. */
  private static final long MEASURED_NANOS_MIN = Duration.ofSeconds(2).toNanos();

  /**
   * What one implementation reached.
   *
   * @param rate median of its rounds
   * @param cpuMillis of the client per run, median of its rounds
   */
  record Score(double rate, double cpuMillis) {}

  /** Returns the scores by the implementations' names, in their order. */
  Map<String, Score> hold(List<PeerProgram> all, int rounds, Consumer<String> progress)
      throws IOException {
    List<PeerProgram> programs =
        all.stream().filter(one -> one.isOurs() || against.contains(one.name())).toList();
    Map<String, PeerProcess> servers = new LinkedHashMap<>();
    try {
      Map<String, String> addresses = new LinkedHashMap<>();
      for (PeerProgram program : programs) {
        PeerProcess server = PeerProcess.start(program, "listen", "--security", security);
        servers.put(program.name(), server);
        addresses.put(program.name(), address(server.await("listening")));
      }
      return hold(programs, addresses, rounds, progress);
    } finally {
      servers.values().forEach(PeerProcess::close);
    }
  }

  private Map<String, Score> hold(
      List<PeerProgram> programs,
      Map<String, String> addresses,
      int rounds,
      Consumer<String> progress)
      throws IOException {
    Map<String, List<Score>> scores = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (PeerProgram program : programs) {
        progress.accept(
            name + " " + security + ", round " + round + " of " + rounds + ": " + program.name());
        try {
          Score score = once(program, addresses.getOrDefault(program.name(), ""));
          scores.computeIfAbsent(program.name(), unused -> new ArrayList<>()).add(score);
        } catch (IOException failed) {
          if (program.isOurs()) {
            throw failed;
          }
          progress.accept("NOT MEASURED: " + failed.getMessage());
        }
      }
    }
    Map<String, Score> medians = new LinkedHashMap<>();
    scores.forEach(
        (program, all) ->
            medians.put(
                program,
                new Score(
                    median(all.stream().mapToDouble(Score::rate).toArray()),
                    median(all.stream().mapToDouble(Score::cpuMillis).toArray()))));
    return medians;
  }

  /** Returns what one client reaches, warmed up. */
  Score once(PeerProgram program, String address) throws IOException {
    List<String> arguments = new ArrayList<>(clientArguments);
    arguments.add(1, address);
    // It is stopped when enough is seen.
    arguments.addAll(List.of("--security", security, "--runs", "" + RUNS_MAX));
    PeerProcess client = PeerProcess.start(program, arguments.toArray(new String[0]));
    try {
      long begunNanos = System.nanoTime();
      long warmUpNanos = (program.isCompiledAhead() ? WARM_UP_COMPILED : warmUp).toNanos();
      do {
        client.await(event);
      } while (System.nanoTime() - begunNanos < warmUpNanos);
      return measured(client);
    } finally {
      client.kill();
    }
  }

  private Score measured(PeerProcess client) throws IOException {
    List<Double> rates = new ArrayList<>();
    long begunNanos = System.nanoTime();
    Duration begun = client.cpu();
    while (rates.size() < RUNS_MEASURED_MIN
        || System.nanoTime() - begunNanos < MEASURED_NANOS_MIN) {
      rates.add(rate.applyAsDouble(client.await(event)));
    }
    double cpuMillis = client.cpu().minus(begun).toNanos() / 1e6 / rates.size();
    return new Score(median(rates.stream().mapToDouble(Double::doubleValue).toArray()), cpuMillis);
  }

  static String address(JsonObject listening) {
    return listening.has("addresses")
        ? listening.getAsJsonArray("addresses").get(0).getAsString()
        : listening.get("address").getAsString();
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
