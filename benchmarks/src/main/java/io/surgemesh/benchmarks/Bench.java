package io.surgemesh.benchmarks;

import io.surgemesh.simulator.SimulationFailure;
import io.surgemesh.vopr.VoprCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The part of the {@code surge} command line that measures. */
@Command(
    name = "surge",
    mixinStandardHelpOptions = true,
    version = "surge 0.1.0",
    description = {"Measure Surgemesh on this machine.", "", "Try it:  surge bench sim", ""},
    footer = {
      "",
      "Exit codes: 0 done, 1 it could not be done (one line on stderr says why), 2 wrong usage."
    },
    subcommands = {Bench.Benchmarks.class, VoprCommand.class, FuzzCommand.class})
public final class Bench {
  /** Only a parent: each benchmark is a command of its own. */
  @Command(
      name = "bench",
      mixinStandardHelpOptions = true,
      description = {
        "Run one benchmark and compare its figures with their targets.",
        "",
        "Absolute figures say little on a machine that does other work meanwhile.",
        ""
      },
      subcommands = {
        SimCommand.class,
        HostCommand.class,
        DhtCommand.class,
        DhtAttackCommand.class,
        PartsCommand.class,
        AttackCommand.class
      })
  static final class Benchmarks {}

  private Bench() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench()).setExecutionExceptionHandler(Bench::onFailure);
  }

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    String message = failure.getMessage();
    command
        .getErr()
        .println("surge: " + (message == null ? failure.getClass().getSimpleName() : message));
    if (failure instanceof SimulationFailure) {
      // A bug in the code under simulation: where it happened is what one needs to mend it.
      command.getErr().println(command.getColorScheme().richStackTraceString(failure));
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
