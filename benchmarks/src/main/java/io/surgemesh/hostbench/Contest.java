package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * One thing that every implementation does with a peer of its own kind, in turn, round after round.
 *
 * @param name as tables show it
 * @param security noise or tls
 * @param event what a client tells once per run
 * @param clientArguments the command first; the address is put behind it
 * @param runs how often a client does it within one round; the first half warms it up
 * @param unit of the rate
 * @param rate what one run came to
 */
record Contest(
    String name,
    String security,
    String event,
    List<String> clientArguments,
    int runs,
    String unit,
    ToDoubleFunction<JsonObject> rate) {

  /**
   * What one implementation reached.
   *
   * @param rate median of its rounds
   * @param cpuMillis of the client per run, median of its rounds
   */
  record Score(double rate, double cpuMillis) {}

  /** Returns the scores by the implementations' names, in their order. */
  Map<String, Score> hold(List<PeerProgram> programs, int rounds, Consumer<String> progress)
      throws IOException {
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
          if (program.name().equals(PeerProgram.OURS)) {
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
    arguments.addAll(List.of("--security", security, "--runs", "" + runs));
    int warmUp = runs / 2;
    double[] rates = new double[runs - warmUp];
    try (PeerProcess client = PeerProcess.start(program, arguments.toArray(new String[0]))) {
      Duration begun = Duration.ZERO;
      Duration ended = Duration.ZERO;
      for (int i = 0; i < runs; i++) {
        JsonObject told = client.await(event);
        if (i == warmUp - 1) {
          begun = client.cpu();
        } else if (i >= warmUp) {
          rates[i - warmUp] = rate.applyAsDouble(told);
          // The last look may come after its end, and finds nothing.
          Duration now = client.cpu();
          ended = now.isZero() ? ended : now;
        }
      }
      double cpuMillis = ended.minus(begun).toNanos() / 1e6 / (runs - warmUp);
      return new Score(median(rates), cpuMillis);
    }
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
