package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtConfig;
import io.surgemesh.simulator.LatencyMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures lookups of the DHT in a simulated network. */
@Command(
    name = "dht",
    mixinStandardHelpOptions = true,
    description = {
      "Let peers join a DHT in virtual time, on ten regions like continents, and settle, watch"
          + " what they send while idle, let some vanish, and search for live ones from live ones."
          + " The same again with the rules of go-libp2p-kad-dht, unless told otherwise.",
      "",
      "For 10,000 peers give it memory: SURGE_JAVA_OPTS=-Xmx4g.",
      ""
    },
    footer = {"", "Exit codes: 0 done, 1 a file cannot be read or written, 2 wrong usage."})
final class DhtCommand implements Callable<Integer> {
  private static final int PEERS_MAX = 1_000_000;
  private static final int LOOKUPS_MAX = 10_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"--peers", "-n"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many peers, 10 or more (default: ${DEFAULT-VALUE}).")
  private int peers = 1000;

  @Option(
      names = {"--seed", "-s"},
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides identities, places and lookups (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--dead",
      paramLabel = "PCT",
      defaultValue = "10",
      description = "Of a hundred peers so many vanish, 0 to 90 (default: ${DEFAULT-VALUE}).")
  private int dead = 10;

  @Option(
      names = "--loss",
      paramLabel = "PCT",
      defaultValue = "0",
      description =
          "Of a hundred packets so many are lost, 0 to 30; streams send them again (default:"
              + " ${DEFAULT-VALUE}).")
  private int loss;

  @Option(
      names = "--lookups",
      paramLabel = "L",
      defaultValue = "" + DhtOptions.LOOKUPS,
      description = "How many lookups (default: ${DEFAULT-VALUE}).")
  private int lookups = DhtOptions.LOOKUPS;

  @Option(
      names = "--puts",
      paramLabel = "P",
      defaultValue = "200",
      description = "How many values are put after them (default: ${DEFAULT-VALUE}).")
  private int puts = 200;

  @Option(
      names = "--dial-round-trips",
      paramLabel = "D",
      defaultValue = "0",
      description =
          "What connecting takes, 0 to 8 round trips; 0 counts messages alone (default:"
              + " ${DEFAULT-VALUE}).")
  private int dialRoundTrips;

  @Option(
      names = "--round-trips",
      paramLabel = "FILE",
      description =
          "A file of measured round trips: a line for each place, with the milliseconds from there"
              + " to every place in turn. Peers stand at these places in an order that the seed"
              + " decides; their addresses stay those of the regions.")
  private @Nullable Path roundTrips;

  @Option(
      names = "--settling-minutes",
      paramLabel = "M",
      description =
          "How long peers are left alone once all have joined, so that their tables are those of a"
              + " mesh that is not just beginning (default: 30, with --placed 5).")
  private @Nullable Integer settlingMinutes;

  @Option(
      names = "--placed",
      description =
          "Let peers begin with full routing tables, and not join one by one: for more of them"
              + " than can join in a few hours.")
  private boolean placed;

  @Option(
      names = "--idle-minutes",
      paramLabel = "M",
      defaultValue = "10",
      description = "How long idle peers are watched (default: ${DEFAULT-VALUE}).")
  private int idleMinutes = 10;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = "Queries of one lookup in flight, 1 to 64; by default ours, and 10 for plain.")
  private @Nullable Integer alpha;

  @Option(names = "--no-plain", description = "Leave out the rules of go-libp2p-kad-dht.")
  private boolean noPlain;

  @Option(
      names = "--hints",
      description = "Let peers tell one another who is in the mesh; never with plain rules.")
  private boolean hints;

  @Option(
      names = "--hinted",
      paramLabel = "H",
      description =
          "Hints for so many peers alone, who begin with as many as a peer keeps: for more peers than"
              + " memory holds the hints of. They make as many lookups as the others did. With"
              + " --placed.")
  private int hinted;

  @Mixin private FiguresOutput figures = new FiguresOutput();

  @Override
  public Integer call() throws IOException {
    check();
    LatencyMatrix measured = roundTrips == null ? null : LatencyMatrix.readRoundTrips(roundTrips);
    DhtOptions options = options(hints ? peers : hinted, measured);
    DhtConfig defaults = DhtConfig.defaults().withValidator(DhtPuts.NAMESPACE, DhtPuts.ANY);
    DhtConfig config = alpha == null ? defaults : defaults.withAlpha(alpha);
    DhtFigures ours = figures.simulate(peers, new DhtRun(options, config, figures::tell)::run);
    DhtFigures plain =
        noPlain
            ? null
            : figures.simulate(
                peers,
                new DhtRun(
                        options(0, measured),
                        PlainRules.of(defaults),
                        doing -> figures.tell("plain rules: " + doing))
                    ::run);
    Path folder = figures.folder();
    DhtHistory history = history(folder, options, ours, plain);
    DhtResult result = new DhtResult(options, ours, plain, history);
    figures.show(result.metrics(), peers, seed, result.lines(), command());
    if (folder != null && history != null) {
      figures.addBelow(command(), new DhtPlots(options, ours, plain, history).write(folder));
    }
    if (figures.isJson()) {
      spec.commandLine().getErr().println(result.summary());
    }
    return CommandLine.ExitCode.OK;
  }

  /** A run that differs from others in what the history does not tell apart is none of it. */
  private @Nullable DhtHistory history(
      @Nullable Path folder, DhtOptions options, DhtFigures ours, @Nullable DhtFigures plain)
      throws IOException {
    if (folder == null) {
      return null;
    }
    if (alpha != null || !options.isForHistory()) {
      figures.tell("not kept among the runs so far, nor drawn: it is not like them");
      return null;
    }
    return DhtHistory.with(folder, options, ours, plain);
  }

  private DhtOptions options(int withHints, @Nullable LatencyMatrix measured) {
    return new DhtOptions(
        peers,
        seed,
        dead,
        loss,
        lookups,
        puts,
        dialRoundTrips,
        settlingMinutes(),
        idleMinutes,
        placed,
        withHints,
        measured);
  }

  private int settlingMinutes() {
    return settlingMinutes == null ? DhtOptions.defaultSettlingMinutes(placed) : settlingMinutes;
  }

  private void check() {
    figures.require(peers >= 10 && peers <= PEERS_MAX, "--peers must be 10 to " + PEERS_MAX);
    figures.require(dead >= 0 && dead <= 90, "--dead must be 0 to 90");
    figures.require(loss >= 0 && loss <= 30, "--loss must be 0 to 30");
    figures.require(
        lookups >= 1 && lookups <= LOOKUPS_MAX, "--lookups must be 1 to " + LOOKUPS_MAX);
    figures.require(puts >= 0 && puts <= LOOKUPS_MAX, "--puts must be 0 to " + LOOKUPS_MAX);
    figures.require(
        dialRoundTrips >= 0 && dialRoundTrips <= 8, "--dial-round-trips must be 0 to 8");
    figures.require(hinted >= 0 && hinted < peers, "--hinted must be fewer than the peers");
    figures.require(hinted == 0 || (placed && !hints), "--hinted needs --placed, and no --hints");
    figures.require(alpha == null || (alpha >= 1 && alpha <= 64), "--alpha must be 1 to 64");
    figures.require(
        settlingMinutes() >= 0 && settlingMinutes() <= 600, "--settling-minutes must be 0 to 600");
    figures.require(idleMinutes >= 1 && idleMinutes <= 600, "--idle-minutes must be 1 to 600");
  }

  private String command() {
    return String.format(
        Locale.ROOT,
        "./surge bench dht --peers %d --seed %d --dead %d%s --lookups %d%s%s%s%s%s%s%s%s%s%s",
        peers,
        seed,
        dead,
        loss == 0 ? "" : " --loss " + loss,
        lookups,
        puts == 200 ? "" : " --puts " + puts,
        dialRoundTrips == 0 ? "" : " --dial-round-trips " + dialRoundTrips,
        roundTrips == null ? "" : " --round-trips " + roundTrips.getFileName(),
        settlingMinutes() == DhtOptions.defaultSettlingMinutes(placed)
            ? ""
            : " --settling-minutes " + settlingMinutes(),
        idleMinutes == 10 ? "" : " --idle-minutes " + idleMinutes,
        alpha == null ? "" : " --alpha " + alpha,
        placed ? " --placed" : "",
        hints ? " --hints" : "",
        hinted == 0 ? "" : " --hinted " + hinted,
        noPlain ? " --no-plain" : "");
  }
}
