package io.surgemesh.benchmarks;

import io.surgemesh.hostbench.SideBySide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the host beside those of other libp2p implementations. */
@Command(
    name = "host",
    mixinStandardHelpOptions = true,
    description = {
      "Run this host and those of go-, rust- and js-libp2p on this machine, each with a peer of its"
          + " own kind, in turn: one stream up and down, 256-byte messages, handshakes, streams"
          + " opened; with TLS and with Noise. Then one stream of ours and plain TCP over an"
          + " emulated path of 63 ms and 1 Gbit/s, and an idle host.",
      "",
      "The others are built from interop/peers, the first time for some minutes; what cannot be"
          + " built is left out, with the reason. Run it from the root of the repository.",
      ""
    },
    footer = {"", "Exit codes: 0 done, 1 a process failed, 2 wrong usage."})
final class HostCommand implements Callable<Integer> {
  private static final int ROUNDS_MAX = 100;
  private static final String WAN = "wan";

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "5",
      description =
          "How often each implementation has its turn; the median counts (default:"
              + " ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "go,rust,js",
      description = "Whom to compare with (default: ${DEFAULT-VALUE}).")
  private List<String> peers = List.of();

  @Option(
      names = "--only",
      paramLabel = "CONTEST",
      split = ",",
      description =
          "Hold these contests alone: upload, download, small, handshakes, streams on loopback,"
              + " wan over an emulated path.")
  private List<String> only = List.of();

  @Option(
      names = "--security",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "tls,noise",
      description = "The secure channels to measure (default: ${DEFAULT-VALUE}).")
  private List<String> securities = List.of();

  @Option(
      names = "--native",
      description =
          "Run ours with native crypto (Conscrypt) as well, beside ours in pure Java; on loopback.")
  private boolean withNative;

  @Mixin private FiguresOutput figures = new FiguresOutput();

  @Override
  public Integer call() throws IOException {
    figures.require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds must be 1 to " + ROUNDS_MAX);
    figures.require(
        only.stream().allMatch(name -> name.equals(WAN) || SideBySide.CONTESTS.contains(name)),
        "--only takes " + String.join(", ", SideBySide.CONTESTS) + ", " + WAN);
    figures.require(
        List.of("tls", "noise").containsAll(securities), "--security takes tls and noise");
    SideBySide comparison = new SideBySide(Path.of(""), rounds, figures::tell);
    List<SideBySide.Row> rows =
        new ArrayList<>(comparison.loopback(peers, Set.copyOf(only), securities, withNative));
    if (only.isEmpty() || only.contains(WAN)) {
      rows.addAll(comparison.wan(securities));
    }
    HostResult result = new HostResult(rows, comparison.idle());
    String command =
        String.format(
            Locale.ROOT,
            "./surge bench host --rounds %d --peers %s%s%s%s",
            rounds,
            String.join(",", peers),
            only.isEmpty() ? "" : " --only " + String.join(",", only),
            securities.size() > 1 ? "" : " --security " + securities.get(0),
            withNative ? " --native" : "");
    figures.show(result.metrics(), 2, 0, HostTable.lines(result), command);
    return CommandLine.ExitCode.OK;
  }
}
