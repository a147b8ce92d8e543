package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchSimTest {
  private record Run(int code, String out, String err) {}

  @Test
  void jsonIsOneLinePerMetricWithTheAgreedFields() {
    Run run = surge("bench", "sim", "--peers", "10", "--seed", "7", "--minutes", "0.05", "--json");
    assertThat(run.code).as(run.err).isZero();
    List<JsonObject> lines =
        run.out.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(lines)
        .extracting(line -> line.get("metric").getAsString())
        .containsExactly("sim.events", "sim.bytes", "sim.speed#no-faults");
    for (JsonObject line : lines) {
      assertThat(line.keySet())
          .containsExactly("metric", "value", "unit", "against", "target", "met", "peers", "seed");
      assertThat(line.get("value").getAsDouble()).isPositive();
      assertThat(line.get("peers").getAsInt()).isEqualTo(10);
      assertThat(line.get("seed").getAsLong()).isEqualTo(7);
    }
    assertThat(run.err).containsPattern("trace [0-9a-f]{16}").contains("jobs 1 done, 0 failed");
  }

  @Test
  void withFaultsItTellsHowFastThatIsAndHowManyThereWere() {
    Run run = surge("bench", "sim", "--peers", "10", "--seed", "7", "--minutes", "0.5", "--faults");
    assertThat(run.code).as(run.err).isZero();
    assertThat(run.out)
        .contains("sim.speed ", "whole fault mix, hostile peers: 1;")
        .containsPattern("[1-9][0-9]* faults in that time; hostile peers beside the 10: 1");
  }

  @Test
  void withFaultsOneSeedDoesTheSameWorkTwiceBesideHostilePeersOfEveryKind() {
    SimOptions options = new SimOptions(100, 7, Duration.ofSeconds(2), false, false, true, false);
    SimResult first = new SimRun(options, doing -> {}).run();
    SimResult second = new SimRun(options, doing -> {}).run();
    // One of each of eight kinds, and six Sybils.
    assertThat(first.hostilePeers()).isEqualTo(14);
    assertThat(second.traceHash()).isEqualTo(first.traceHash());
  }

  @Test
  void oneSeedDoesTheSameWorkTwiceAndAnotherSeedDoesOther() {
    SimResult first = simulate(7);
    SimResult second = simulate(7);
    assertThat(first.isWhole()).isTrue();
    assertThat(first.hostilePeers()).isZero();
    assertThat(second.traceHash()).isEqualTo(first.traceHash());
    assertThat(second.cost().events()).isEqualTo(first.cost().events()).isPositive();
    assertThat(simulate(8).traceHash()).isNotEqualTo(first.traceHash());
  }

  @Test
  void peersThatArePlacedFindEachOtherAndDoTheSameWorkTwice() {
    SimOptions options = new SimOptions(40, 7, Duration.ofSeconds(3), false, false, false, true);
    SimResult first = new SimRun(options, doing -> {}).run();
    assertThat(first.isWhole()).isTrue();
    assertThat(first.metrics())
        .extracting(Metric::id)
        .containsExactly("sim.events#placed", "sim.bytes#placed", "sim.speed#no-faults");
    assertThat(new SimRun(options, doing -> {}).run().traceHash()).isEqualTo(first.traceHash());
  }

  @Test
  void measuringAgainReplacesOnlyItsOwnSection(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("RESULTS.md");
    ResultsFile.write(file, "surge one", "this machine", List.of("first"));
    ResultsFile.write(file, "surge two", "this machine", List.of("second"));
    ResultsFile.write(file, "surge one", "this machine", List.of("third"));
    assertThat(Files.readString(file))
        .containsSubsequence("# Results", "`surge one`", "third", "`surge two`", "second")
        .doesNotContain("first");
  }

  @Test
  void voprRunsSeedsAndSaysThatTheyHold() {
    Run run = surge("vopr", "--seeds", "4", "--minutes", "5");
    assertThat(run.code).as(run.out + run.err).isZero();
    assertThat(run.out).contains("seeds");
  }

  @Test
  void voprRefusesWhatItCannotDo() {
    assertThat(surge("vopr", "--seeds", "0").code).isEqualTo(2);
    assertThat(surge("vopr", "--plan", "nonsense").code).isEqualTo(2);
    assertThat(surge("vopr", "--seeds", "2", "--trace", "x").code).isEqualTo(2);
  }

  @Test
  void wrongUsageExitsWithTwo() {
    assertThat(surge("bench").code).isEqualTo(2);
    assertThat(surge("bench", "sim", "--peers", "1").code).isEqualTo(2);
    assertThat(surge("bench", "sim", "--minutes", "NaN").code).isEqualTo(2);
    assertThat(surge("bench", "sim", "--faults", "--minutes", "0.01").code).isEqualTo(2);
    assertThat(surge("bench", "sim", "--faults", "--peers", "1000").code).isEqualTo(2);
    assertThat(surge("bench", "sim", "--faults", "--placed").code).isEqualTo(2);
  }

  @Test
  void helpStatesTheMix() {
    Run run = surge("bench", "sim", "--help");
    assertThat(run.code).isZero();
    assertThat(run.out).contains("lookups of random peers").contains("--results");
  }

  private static SimResult simulate(long seed) {
    return new SimRun(
            new SimOptions(10, seed, Duration.ofSeconds(3), false, false, false, false),
            doing -> {})
        .run();
  }

  private static Run surge(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Bench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = command.execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }
}
