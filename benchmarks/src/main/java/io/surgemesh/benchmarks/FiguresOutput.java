package io.surgemesh.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a benchmark's figures go: what all commands that measure take, and do with it. */
final class FiguresOutput {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--json",
      description = "Print one JSON object per metric on stdout; all else goes to stderr.")
  private boolean json;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description =
          "Also write the table to this Markdown file, in place of the same command's older one;"
              + " from the root of the repository: benchmarks/RESULTS.md.")
  private @Nullable Path results;

  /** Returns whether stdout has JSON only, so that what else is worth saying goes to stderr. */
  boolean isJson() {
    return json;
  }

  /** Ends the command as one that was called wrongly, unless it holds. */
  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CommandLine.ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Runs a simulation; with too few peers for its searches the command was called wrongly. */
  <T> T simulate(int peers, Supplier<T> simulation) {
    try {
      return simulation.get();
    } catch (Strangers.NoneLeftException few) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "of " + peers + " peers some know all others already: --peers must be more",
          few);
    }
  }

  /** Says what is being done, beside the figures. */
  void tell(String doing) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("bench: " + doing);
    err.flush();
  }

  /**
   * Prints the figures, and writes them to the file if there is one.
   *
   * @param peers how many took part
   * @param seed of the run, 0 when it has none
   * @param table the same figures for people
   * @param command what repeats the run, as the heading in the file
   * @throws IOException when the file cannot be written
   */
  void show(List<Metric> metrics, int peers, long seed, List<String> table, String command)
      throws IOException {
    show(metrics.stream().map(metric -> metric.json(peers, seed)).toList(), table, command);
  }

  /** Returns the folder of the file to write the table to as well; null when there is none. */
  @Nullable Path folder() {
    return results == null ? null : results.toAbsolutePath().getParent();
  }

  /** Adds lines of Markdown below a table that was shown, if it was written to a file. */
  void addBelow(String command, List<String> markdown) throws IOException {
    if (results != null) {
      ResultsFile.addBelow(results, command, markdown);
    }
  }

  /**
   * Prints figures that have no targets, and writes them to the file if there is one.
   *
   * @param lines of JSON
   * @param table the same for people
   * @param command what repeats the run, as the heading in the file
   * @throws IOException when the file cannot be written
   */
  void show(List<String> lines, List<String> table, String command) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    (json ? lines : table).forEach(out::println);
    out.flush();
    if (results != null) {
      ResultsFile.write(results, command, ThisMachine.describe(), table);
    }
  }
}
