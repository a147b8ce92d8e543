package io.surgemesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Holds the name of the long random runs until they exist. */
@Command(
    name = "vopr",
    mixinStandardHelpOptions = true,
    description = {
      "Will run many seeds with faults drawn from them; does not exist yet.",
      "",
      "surge bench sim --seed S runs one mesh without faults."
    })
final class VoprCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  // Whatever options it will have, the answer is the same today.
  @Unmatched private List<String> ignored = new ArrayList<>();

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .println("surge: vopr does not exist yet; surge bench sim --seed S runs one mesh");
    return CommandLine.ExitCode.SOFTWARE;
  }
}
