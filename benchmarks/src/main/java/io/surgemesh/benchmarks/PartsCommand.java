package io.surgemesh.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures parts of the host under JMH. */
@Command(
    name = "parts",
    mixinStandardHelpOptions = true,
    description = {
      "Measure what every byte of a connection passes, each part alone, with JMH: records of Noise"
          + " and of TLS sealed and opened, yamux frames filled and cut, varints, multiaddrs;"
          + " and the arithmetic of handshakes.",
      "",
      "Every part and case has a JVM of its own, which warms up before it is measured. Together"
          + " they take some three minutes. No part has a target of its own: compare one with"
          + " itself, before and after a change, in the same hour.",
      "",
      "Try it:  surge bench parts --only 'NoiseRecords.seal'",
      ""
    },
    footer = {
      "",
      "Parts: NoiseRecords.open, .seal; TlsRecords.open, .seal; YamuxFrames.pass;",
      "Curves.agree, .newKey, .sign, .verify; Varints.read, .write;",
      "Multiaddrs.parseBytes, .parseText, .toText. NATIVE is by Conscrypt.",
      "",
      "Exit codes: 0 done, 1 a part failed, 2 wrong usage."
    })
final class PartsCommand implements Callable<Integer> {
  private static final int FORKS_MAX = 20;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Only the parts in whose name this is found, such as TlsRecords or parse.")
  private String only = "";

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How many JVMs measure each part, one after the other: more tell how far JVMs differ"
              + " (default: ${DEFAULT-VALUE}).")
  private int forks = 1;

  @Mixin private FiguresOutput figures = new FiguresOutput();

  @Override
  public Integer call() throws IOException {
    figures.require(forks >= 1 && forks <= FORKS_MAX, "--forks must be 1 to " + FORKS_MAX);
    figures.require(isRegex(only), "--only is no regular expression");
    try {
      List<PartFigure> parts = new PartsRun(only, forks, figures::tell).run();
      List<String> lines = new ArrayList<>();
      parts.forEach(part -> lines.add(part.json()));
      figures.show(lines, PartFigure.table(parts), command());
    } catch (NoBenchmarksException none) {
      figures.require(false, "--only fits no part; surge bench parts --help names them");
    } catch (RunnerException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
    return CommandLine.ExitCode.OK;
  }

  private static boolean isRegex(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException malformed) {
      return false;
    }
  }

  private String command() {
    return String.format(
        Locale.ROOT,
        "./surge bench parts%s%s",
        only.isEmpty() ? "" : " --only '" + only + "'",
        forks == 1 ? "" : " --forks " + forks);
  }
}
