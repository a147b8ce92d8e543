package io.surgemesh.vopr;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.surgemesh.simulator.FaultPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs many seeds, each a whole mesh with faults drawn from it, under checkers. */
@Command(
    name = "vopr",
    mixinStandardHelpOptions = true,
    description = {
      "Run whole meshes in virtual time, one per seed, while everything goes wrong that the seed"
          + " draws: crashes and lost disks, partitions, loss, wrong clocks, hostile peers, slow"
          + " lines. Checkers look at every step that nothing is sold, settled or lost that must"
          + " not be, and that all comes right once the faults are over.",
      "",
      "Ends after so many seeds or minutes, whichever comes first, and says so when not every seed"
          + " was run; with --all that is an error. A seed that fails is printed with"
          + " the faults that it takes and the command that shows it again.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 every seed that was run held, 1 one failed, 2 wrong usage, 3 not every seed was"
          + " run, with --all."
    })
public final class VoprCommand implements Callable<Integer> {
  private static final double MINUTES_MAX = 7 * 24 * 60;
  private static final int THREADS_MAX = 1024;
  private static final long FINISH_SECONDS = 20;
  private static final int NOT_ALL = 3;
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"--seeds", "-n"},
      paramLabel = "N",
      defaultValue = "100",
      description = "How many seeds (default: ${DEFAULT-VALUE}).")
  private long seeds = 100;

  @Option(
      names = {"--minutes", "-m"},
      paramLabel = "M",
      defaultValue = "60",
      description = "Real minutes after which to end, such as 0.5 (default: ${DEFAULT-VALUE}).")
  private double minutes = 60;

  @Option(
      names = {"--seed", "-s"},
      paramLabel = "FIRST",
      defaultValue = "1",
      description = "The first seed; the others follow it (default: ${DEFAULT-VALUE}).")
  private long first = 1;

  @Option(
      names = "--all",
      description = "Exit with 3 when the minutes are over before every seed was run.")
  private boolean all;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "How many seeds to run at a time; one per core by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      description =
          "These faults instead of the drawn ones, as a failure prints them; \"none\" for none.")
  private @Nullable String plan;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write whatever happens to this file; with --seeds 1 only.")
  private @Nullable Path trace;

  @Option(
      names = "--check-determinism",
      description = "Run every seed twice; otherwise one in sixteen is.")
  private boolean repeatsAll;

  @Option(
      names = "--json",
      description = "Print one JSON object per seed on stdout; all else goes to stderr.")
  private boolean json;

  /** Creates the command; picocli fills in its options. */
  public VoprCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runner.Task task =
        new Runner.Task(
            first,
            seeds,
            plan(),
            Duration.ofMillis(Math.round(minutes * 60_000)),
            (int) Math.min(threads, seeds),
            repeatsAll);
    if (trace == null) {
      return run(task, null);
    }
    try (PrintWriter lines =
        new PrintWriter(Files.newBufferedWriter(trace, StandardCharsets.UTF_8))) {
      lines.println(Scenario.drawn(first));
      return run(task, lines);
    }
  }

  private @Nullable FaultPlan plan() {
    check(seeds >= 1, "--seeds must be 1 or more");
    check(minutes > 0 && minutes <= MINUTES_MAX, "--minutes must be above 0, a week at most");
    check(threads >= 1 && threads <= THREADS_MAX, "--threads must be 1 to " + THREADS_MAX);
    check(trace == null || seeds == 1, "--trace takes --seeds 1");
    try {
      return plan == null ? null : FaultPlan.parse(plan);
    } catch (IllegalArgumentException malformed) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--plan: " + malformed.getMessage());
    }
  }

  private void check(boolean holds, String line) {
    if (!holds) {
      throw new CommandLine.ParameterException(spec.commandLine(), line);
    }
  }

  private int run(Runner.Task task, @Nullable PrintWriter lines) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    CountDownLatch finished = new CountDownLatch(1);
    try {
      Runner runner = runAll(task, lines, finished);
      PrintWriter table = json ? err : out;
      runner.report().table().forEach(table::println);
      table.flush();
      return exitCode(runner.report());
    } finally {
      finished.countDown();
    }
  }

  private int exitCode(Report report) {
    long left = seeds - report.seeds();
    if (left > 0) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("vopr: only " + report.seeds() + " of " + seeds + " seeds were run");
      err.flush();
    }
    if (!report.failures().isEmpty()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    return all && left > 0 ? NOT_ALL : CommandLine.ExitCode.OK;
  }

  /** Runs every seed; when the process is ended meanwhile, what was done is still reported. */
  private Runner runAll(Runner.Task task, @Nullable PrintWriter lines, CountDownLatch finished)
      throws InterruptedException {
    try (Progress progress = new Progress(task.seeds(), spec.commandLine().getErr())) {
      Runner runner =
          new Runner(
              task,
              (outcome, failure) -> {
                progress.onRun(failure.isPresent());
                tell(outcome, failure);
              },
              lines == null ? null : lines::println);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(runner, finished), "vopr-end"));
      runner.run();
      return runner;
    }
  }

  /** Ctrl-C: what was done is still told. */
  private static void end(Runner runner, CountDownLatch finished) {
    runner.stop();
    try {
      boolean unused = finished.await(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException given) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void tell(Outcome outcome, Optional<Failure> failure) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(GSON.toJson(line(outcome, failure)));
    } else {
      failure.ifPresent(failed -> failed.lines().forEach(out::println));
    }
    out.flush();
  }

  private static JsonObject line(Outcome outcome, Optional<Failure> failure) {
    JsonObject line = new JsonObject();
    line.addProperty("seed", outcome.scenario().seed());
    line.addProperty("holds", failure.isEmpty());
    line.addProperty("peers", outcome.scenario().roles().size());
    line.addProperty("hostilePeers", outcome.scenario().hostiles().size());
    line.add("network", GSON.toJsonTree(outcome.scenario().surroundings().kinds()));
    line.addProperty("faults", outcome.scenario().plan().size());
    line.addProperty("virtualSeconds", outcome.virtualNanos() / 1e9);
    line.addProperty("realMillis", outcome.wallNanos() / 1_000_000);
    line.addProperty("events", outcome.events());
    line.addProperty("trace", outcome.traceHash());
    failure.ifPresent(
        failed -> {
          line.addProperty("checker", failed.violation().checker());
          line.addProperty("atSeconds", failed.violation().atNanos() / 1e9);
          line.addProperty("line", failed.violation().line());
          line.addProperty("plan", failed.shrunk().toString());
          line.addProperty("replay", failed.replay());
          if (!failed.stack().isEmpty()) {
            line.addProperty("stack", String.join("\n", failed.stack()));
          }
        });
    return line;
  }
}
