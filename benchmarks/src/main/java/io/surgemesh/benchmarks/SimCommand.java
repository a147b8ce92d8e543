package io.surgemesh.benchmarks;

import io.surgemesh.simulator.SimulatedNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the simulator with whole peers. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    description = {
      "Run whole peers (Kademlia, gossiped offers, negotiation, receipts) in virtual time on one"
          + " thread, and print events per second, bytes per peer and virtual seconds per real"
          + " second. An event is a frame or a deadline that enters a machine.",
      "",
      "The mix, " + Mix.STATED + ".",
      "",
      "Before it is counted, peers join, 500 in a virtual second, settle for 20, and do the mix"
          + " for 30. The same seed does the same work: its trace hash is printed. For many peers give"
          + " it memory: SURGE_JAVA_OPTS=-Xmx8g.",
      ""
    },
    footer = {"", "Exit codes: 0 done, 1 a lookup, an offer or a job failed, 2 wrong usage."})
final class SimCommand implements Callable<Integer> {
  private static final int REAL_SIGNATURES_PEERS_MAX = 50;
  private static final double MINUTES_MAX = 24 * 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"--peers", "-n"},
      paramLabel = "N",
      defaultValue = "100",
      description = "How many peers, 2 or more (default: ${DEFAULT-VALUE}).")
  private int peers = 100;

  @Option(
      names = {"--seed", "-s"},
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides identities, latencies and the mix (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = {"--minutes", "-m"},
      paramLabel = "M",
      defaultValue = "2",
      description = "Virtual minutes that are counted, such as 0.5 (default: ${DEFAULT-VALUE}).")
  private double minutes = 2;

  @Option(
      names = "--encoded",
      description = "Encode and decode every message; the trace is the same, the speed is not.")
  private boolean encoded;

  @Option(
      names = "--ed25519",
      description =
          "Sign with Ed25519; by default only up to "
              + REAL_SIGNATURES_PEERS_MAX
              + " peers, beyond that with a keyed stand-in.")
  private boolean ed25519;

  @Option(
      names = "--faults",
      description =
          "Let everything go wrong that the simulator knows, some twenty faults a minute, while the"
              + " mix is counted: crashes that keep, lose or tear what is written, churn, partitions,"
              + " clogs, loss, slow and paused peers, wrong clocks; and beside every eleven peers a"
              + " hostile one: silent, babbling, flooding, lying about what others answer, about"
              + " routes, in gossip, as seller, as buyer, or six Sybils. Then work may fail.")
  private boolean faults;

  @Option(
      names = "--placed",
      description =
          "Let all peers be there at once, with tables as full as after long, and settle for a"
              + " minute: joining one by one takes a hundred thousand of them hours.")
  private boolean placed;

  @Mixin private FiguresOutput figures = new FiguresOutput();

  @Override
  public Integer call() throws IOException {
    check();
    PrintWriter err = spec.commandLine().getErr();
    Duration window = Duration.ofMillis(Math.round(minutes * 60_000));
    SimOptions options =
        new SimOptions(
            peers,
            seed,
            window,
            encoded,
            ed25519 || peers <= REAL_SIGNATURES_PEERS_MAX,
            faults,
            placed);
    SimResult result = new SimRun(options, figures::tell).run();
    figures.show(result.metrics(), peers, seed, SimTable.lines(result), command());
    if (figures.isJson()) {
      err.println(SimTable.summary(result));
    }
    if (!faults && !result.isWhole()) {
      err.println("surge: not all of the mix was done; --seed " + seed + " repeats it");
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private void check() {
    figures.require(
        !(faults && placed), "--faults goes without --placed: who starts again has to join");
    // A peer that starts again must know which class is its own.
    figures.require(
        !faults || peers < 2 * Mix.PEERS_PER_CLASS,
        "--faults takes fewer than " + 2 * Mix.PEERS_PER_CLASS + " peers");
    figures.require(
        !(faults && minutes * 60 < 1), "--faults takes a second at least: --minutes 0.02 or more");
    figures.require(
        peers >= 2 && peers <= SimulatedNetwork.NODES_MAX,
        "--peers must be 2 to " + SimulatedNetwork.NODES_MAX);
    // Also false for NaN; a millisecond is the least there is to count.
    figures.require(
        minutes >= 0.001 && minutes <= MINUTES_MAX,
        "--minutes must be 0.001 to " + (int) MINUTES_MAX);
  }

  private String command() {
    String shown = minutes == Math.rint(minutes) ? "" + (long) minutes : "" + minutes;
    return String.format(
        Locale.ROOT,
        "./surge bench sim --peers %d --seed %d --minutes %s%s%s%s%s",
        peers,
        seed,
        shown,
        encoded ? " --encoded" : "",
        ed25519 ? " --ed25519" : "",
        faults ? " --faults" : "",
        placed ? " --placed" : "");
  }
}
