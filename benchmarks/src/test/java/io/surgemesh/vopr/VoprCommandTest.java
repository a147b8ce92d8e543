package io.surgemesh.vopr;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.surgemesh.simulator.FaultPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class VoprCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    return new CommandLine(new VoprCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void seedsThatHoldAreCountedInATable() {
    assertThat(execute("--seeds", "2", "--seed", "9", "--threads", "2")).isZero();
    assertThat(out.toString())
        .containsPattern("seeds +2\n")
        .contains("virtual hours", "events", "faults: crash")
        .containsPattern("failed seeds +0\n");
  }

  @Test
  void jsonIsALinePerSeed() {
    assertThat(execute("--seeds", "1", "--seed", "10", "--json", "--check-determinism")).isZero();
    JsonObject line = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertThat(line.get("seed").getAsLong()).isEqualTo(10);
    assertThat(line.get("holds").getAsBoolean()).isTrue();
    assertThat(line.get("trace").getAsString()).matches("[0-9a-f]{32}");
    assertThat(err.toString()).containsPattern("of those run twice +1\n");
  }

  @Test
  void aPlanCanBeGivenAndATraceTaken(@TempDir Path folder) throws IOException {
    Path trace = folder.resolve("trace.txt");
    String plan = "pause@5s:1:2s,cut@6s:0:2:both:5s";
    int code = execute("--seeds", "1", "--seed", "10", "--plan", plan, "--trace", trace.toString());
    assertThat(code).isZero();
    List<String> lines = Files.readAllLines(trace);
    assertThat(lines.get(0)).contains("Scenario");
    assertThat(lines).anyMatch(line -> line.contains("Struck[fault=pause@5s:1:2s]"));
    assertThat(out.toString()).containsPattern("faults: cut +1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--seeds 0",
        "--minutes 0",
        "--threads 0",
        "--plan nonsense",
        "--seeds 2 --trace file"
      })
  void wrongUsageIsRefused(String arguments) {
    assertThat(execute(arguments.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  void seedsForWhichThereWasNoTimeAreToldAndAnErrorWhenAllMustBeRun() {
    assertThat(execute("--seeds", "1000", "--minutes", "0.0001", "--threads", "1")).isZero();
    assertThat(err.toString()).contains("vopr: only 0 of 1000 seeds were run\n");
    assertThat(execute("--seeds", "1000", "--minutes", "0.0001", "--threads", "1", "--all"))
        .isEqualTo(3);
    assertThat(execute("--seeds", "1", "--seed", "10", "--all")).isZero();
  }

  @Test
  void timeThatIsOverEndsTheRuns() {
    List<Outcome> outcomes = new ArrayList<>();
    Runner.Task task = new Runner.Task(1, 1000, null, Duration.ofMillis(1), 1, false);
    Runner runner = new Runner(task, (outcome, failure) -> outcomes.add(outcome), null);
    long beginNanos = System.nanoTime();
    join(runner);
    assertThat(System.nanoTime() - beginNanos).isLessThan(Duration.ofMinutes(1).toNanos());
    assertThat(outcomes).hasSizeLessThan(1000);
  }

  private static void join(Runner runner) {
    try {
      runner.run();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void aFailureTellsTheCommandThatShowsItAgain() {
    Scenario scenario = Scenario.drawn(10);
    Violation violation = new Violation("jobs-end", 5_000_000_000L, "job 1 has not ended");
    Outcome outcome = new Outcome(scenario, java.util.Optional.of(violation), "", 1, 1, 1, null);
    Failure whole = new Failure(outcome, violation, scenario.plan(), true);
    assertThat(whole.replay()).isEqualTo("./surge vopr --seeds 1 --seed 10 --trace vopr-10.txt");
    Failure shrunk = new Failure(outcome, violation, FaultPlan.parse("pause@1s:2:3s"), false);
    assertThat(shrunk.replay())
        .isEqualTo("./surge vopr --seeds 1 --seed 10 --plan pause@1s:2:3s --trace vopr-10.txt");
    assertThat(shrunk.lines().get(0))
        .isEqualTo("seed 10 failed: jobs-end at 5.000000 s: job 1 has not ended");
  }
}
