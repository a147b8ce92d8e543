package io.surgemesh.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fuzzes the decoders and session machines. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description = {
      "Feed every decoder and session machine with bytes made for it, guided by what code they"
          + " reach, in one process per core. What reached something new is kept in"
          + " ~/.cache/surgemesh-fuzz for the next time, and so are findings: delete their files"
          + " once they are mended.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 nothing found, 1 findings or a process that failed, 2 wrong usage."
    })
final class FuzzCommand implements Callable<Integer> {
  private static final int MINUTES_MAX = 7 * 24 * 60;
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "10",
      description = "How long, for all targets together (default: ${DEFAULT-VALUE}).")
  private int minutes = 10;

  @Option(names = "--only", paramLabel = "NAME", description = "Only the target of this name.")
  private @Nullable String only;

  @Option(names = "--list", description = "Print the names of the targets, and fuzz nothing.")
  private boolean list;

  @Option(names = "--json", description = "Print one JSON object per target on stdout.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException, URISyntaxException {
    if (minutes < 1 || minutes > MINUTES_MAX) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--minutes must be 1 to " + MINUTES_MAX);
    }
    List<FuzzTarget> targets =
        FuzzTarget.under(repository()).stream()
            .filter(target -> only == null || target.name().equals(only))
            .toList();
    if (targets.isEmpty()) {
      throw new CommandLine.ParameterException(spec.commandLine(), "no such target is built");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      targets.forEach(target -> out.println(target.name()));
      out.flush();
      return CommandLine.ExitCode.OK;
    }
    List<FuzzRun> runs = run(targets);
    if (json) {
      runs.forEach(run -> out.println(json(run)));
    } else {
      print(runs, out);
    }
    out.flush();
    return runs.stream().anyMatch(FuzzRun::isBad)
        ? CommandLine.ExitCode.SOFTWARE
        : CommandLine.ExitCode.OK;
  }

  /** Returns the folder above the module whose classes these are. */
  private static Path repository() throws URISyntaxException {
    Path classes =
        Path.of(FuzzCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return classes.resolve("../../..").normalize();
  }

  private List<FuzzRun> run(List<FuzzTarget> targets) throws IOException, InterruptedException {
    int cores = Math.min(Runtime.getRuntime().availableProcessors(), targets.size());
    int rounds = (targets.size() + cores - 1) / cores;
    long seconds = Math.max(1, minutes * 60L / rounds);
    Path folder = Path.of(System.getProperty("user.home"), ".cache", "surgemesh-fuzz");
    ExecutorService workers = Executors.newFixedThreadPool(cores);
    try {
      List<Future<FuzzRun>> pending = new ArrayList<>();
      for (FuzzTarget target : targets) {
        pending.add(workers.submit(() -> FuzzRun.of(target, folder, seconds)));
      }
      List<FuzzRun> runs = new ArrayList<>();
      for (Future<FuzzRun> run : pending) {
        runs.add(run.get());
        tell(runs.get(runs.size() - 1));
      }
      return runs;
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private void tell(FuzzRun run) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("fuzz: " + run.target() + (run.isBad() ? " has findings or failed" : " done"));
    err.flush();
  }

  private static void print(List<FuzzRun> runs, PrintWriter out) {
    out.printf(Locale.ROOT, "%-24s %14s %11s %9s%n", "target", "runs", "new inputs", "findings");
    for (FuzzRun run : runs) {
      out.printf(
          Locale.ROOT,
          "%-24s %,14d %,11d %9d%n",
          run.target(),
          run.runs(),
          run.newInputs(),
          run.findings().size());
    }
    for (FuzzRun run : runs) {
      run.findings().forEach(file -> out.println(run.target() + ": " + file));
      if (!run.failure().isEmpty()) {
        out.println(run.target() + ": " + run.failure());
      }
    }
  }

  private static String json(FuzzRun run) {
    JsonObject line = new JsonObject();
    line.addProperty("target", run.target());
    line.addProperty("runs", run.runs());
    line.addProperty("newInputs", run.newInputs());
    line.add("findings", GSON.toJsonTree(run.findings().stream().map(Path::toString).toList()));
    line.addProperty("failure", run.failure());
    return GSON.toJson(line);
  }
}
