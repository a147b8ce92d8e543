package io.surgemesh.benchmarks;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Calls {@code surge bench} as a user does. */
final class BenchCall {
  private BenchCall() {}

  /** Runs one of its commands and returns the exit code. */
  static int run(String command, StringWriter out, StringWriter err, String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "bench";
    arguments[1] = command;
    System.arraycopy(options, 0, arguments, 2, options.length);
    return Bench.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
