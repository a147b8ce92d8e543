package io.surgemesh.examples;

import io.surgemesh.identity.MeshException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code surge} command line: peers of a compute mesh to run, and tools to look at them. */
@Command(
    name = "surge",
    mixinStandardHelpOptions = true,
    version = "surge 0.1.0",
    description = {
      "Run peers of a Surgemesh compute mesh: no server, no chain, no daemon.",
      "",
      "Try it:  surge demo",
      "Sell:    surge node --data n1 --listen /ip4/127.0.0.1/tcp/4001 --offer cpu=2,memory=1GiB",
      "Buy:     surge submit --bootstrap ADDR --job wordcount --input FILE",
      "ADDR is what a node prints when it is ready, such as /ip4/127.0.0.1/tcp/4001/p2p/12D3...",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 it could not be done (one line on stderr says why), 2 wrong usage.",
      "surge COMMAND --help tells more; surge bench sim --help measures the simulator."
    },
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      SubmitCommand.class,
      OffersCommand.class,
      PingCommand.class,
      PerfCommand.class,
      LedgerCommand.class,
    })
public final class Surge {
  private static final int USAGE_COLUMNS = 110;

  private Surge() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Surge())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(USAGE_COLUMNS)
        .setExecutionExceptionHandler(Surge::onFailure);
  }

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    command.getErr().println("surge: " + line(failure));
    return failure instanceof CommandLine.ParameterException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  /** Returns one clear line about what went wrong. */
  static String line(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof MeshException.Closed) {
      return "interrupted"; // only Ctrl-C closes a mesh that still has something to do
    }
    if (cause instanceof MeshException || cause instanceof SurgeException) {
      return String.valueOf(cause.getMessage());
    }
    if (cause instanceof CancellationException || cause instanceof InterruptedException) {
      return "interrupted";
    }
    if (cause instanceof java.nio.file.NoSuchFileException) {
      return "no such file: " + cause.getMessage();
    }
    if (cause instanceof java.nio.file.AccessDeniedException) {
      return "permission denied: " + cause.getMessage();
    }
    if (cause instanceof java.nio.file.FileSystemException) {
      return "file error: " + cause.getMessage();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
