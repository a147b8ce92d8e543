package io.surgemesh.benchmarks;

import io.surgemesh.hostbench.UnderAttack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what an attacker of a host leaves to others. */
@Command(
    name = "attack",
    mixinStandardHelpOptions = true,
    description = {
      "Let one attacker try every limit of a host that has one processor and a heap of 256 MiB:"
          + " connections that say nothing, half handshakes, garbage, slow bytes, certificates that"
          + " take long to look at, floods of streams, pings and questions, and taking nothing of"
          + " what it asked for. An honest peer with one connection works meanwhile. It is compared"
          + " with the same beside a harmless process that uses as much of the clients' processor as"
          + " the attacker.",
      "",
      "Needs two processors, and taskset to tell them apart.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 the victim or the honest peer did not survive it, 2 wrong usage."
    })
final class AttackCommand implements Callable<Integer> {
  private static final int ROUNDS_MAX = 100;
  private static final double RATIO_MIN = 0.9;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "3",
      description = "How often each has its turn; the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--security",
      paramLabel = "NAME",
      defaultValue = "noise",
      description = "noise or tls (default: ${DEFAULT-VALUE}).")
  private String security = "noise";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "Only one attack, such as HALF_HANDSHAKES; a wrong name tells them all.")
  private String only = "";

  @Mixin private FiguresOutput figures = new FiguresOutput();

  @Override
  public Integer call() throws IOException {
    figures.require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds must be 1 to " + ROUNDS_MAX);
    figures.require(List.of("noise", "tls").contains(security), "--security must be noise or tls");
    figures.require(
        only.isEmpty() || UnderAttack.attacks().contains(only),
        "--only must be one of " + UnderAttack.attacks());
    UnderAttack attack = new UnderAttack(rounds, only, figures::tell);
    List<Metric> metrics = new ArrayList<>();
    attack.measure(security).forEach(row -> metrics.add(metric(row, security)));
    String command =
        String.format(
            Locale.ROOT,
            "./surge bench attack --rounds %d --security %s%s",
            rounds,
            security,
            only.isEmpty() ? "" : " --only " + only);
    figures.show(metrics, 3, 0, HostTable.lines(metrics), command);
    return CommandLine.ExitCode.OK;
  }

  /** Returns what an attacker left to an honest peer, beside the least it may leave. */
  static Metric metric(UnderAttack.Row row, String security) {
    String against =
        String.format(
            Locale.ROOT,
            "%,.0f %s under attack, %,.0f beside a harmless process; of the clients' processor they"
                + " use %.2f and %.2f",
            row.attacked(),
            row.unit(),
            row.beside(),
            row.share(),
            row.besideShare());
    return new Metric(
        "host.attack.ratio#" + row.work() + "-" + security,
        row.ratio(),
        "of harmless",
        against,
        RATIO_MIN,
        false);
  }
}
