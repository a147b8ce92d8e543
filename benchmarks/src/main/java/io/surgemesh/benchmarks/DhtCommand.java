package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.SearchRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures lookups of the DHT in a simulated network. */
@Command(
    name = "dht",
    mixinStandardHelpOptions = true,
    description = {
      "Let peers join a DHT in virtual time, on ten regions like continents, watch what they send"
          + " while idle, let some vanish, and search for live ones from live ones. The same again"
          + " with the rules of go-libp2p-kad-dht, unless told otherwise.",
      "",
      "For 10,000 peers give it memory: SURGE_JAVA_OPTS=-Xmx4g.",
      ""
    },
    footer = {"", "Exit codes: 0 done, 2 wrong usage."})
final class DhtCommand implements Callable<Integer> {
  private static final int PEERS_MAX = 1_000_000;
  private static final int PLAIN_ALPHA = 10;
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
      names = "--lookups",
      paramLabel = "L",
      defaultValue = "10000",
      description = "How many lookups (default: ${DEFAULT-VALUE}).")
  private int lookups = 10_000;

  @Option(
      names = "--dial-round-trips",
      paramLabel = "D",
      defaultValue = "0",
      description =
          "What connecting takes, 0 to 8 round trips; 0 counts messages alone (default:"
              + " ${DEFAULT-VALUE}).")
  private int dialRoundTrips;

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

  @Override
  public Integer call() throws IOException {
    check();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    DhtOptions options = new DhtOptions(peers, seed, dead, lookups, dialRoundTrips, idleMinutes);
    DhtConfig defaults = DhtConfig.defaults();
    DhtConfig config = alpha == null ? defaults : defaults.withAlpha(alpha);
    DhtFigures ours = new DhtRun(options, config, doing -> tell(err, doing)).run();
    DhtFigures plain =
        noPlain
            ? null
            : new DhtRun(
                    options,
                    defaults.withAlpha(PLAIN_ALPHA).withRules(SearchRules.PLAIN),
                    doing -> tell(err, "plain rules: " + doing))
                .run();
    DhtResult result = new DhtResult(options, ours, plain);
    List<String> table = result.lines();
    if (json) {
      result.metrics().forEach(metric -> out.println(metric.json(peers, seed)));
      err.println(result.summary());
    } else {
      table.forEach(out::println);
    }
    out.flush();
    if (results != null) {
      ResultsFile.write(results, command(), ThisMachine.describe(), table);
    }
    return CommandLine.ExitCode.OK;
  }

  private void check() {
    require(peers >= 10 && peers <= PEERS_MAX, "--peers must be 10 to " + PEERS_MAX);
    require(dead >= 0 && dead <= 90, "--dead must be 0 to 90");
    require(lookups >= 1 && lookups <= LOOKUPS_MAX, "--lookups must be 1 to " + LOOKUPS_MAX);
    require(dialRoundTrips >= 0 && dialRoundTrips <= 8, "--dial-round-trips must be 0 to 8");
    require(alpha == null || (alpha >= 1 && alpha <= 64), "--alpha must be 1 to 64");
    require(idleMinutes >= 1 && idleMinutes <= 600, "--idle-minutes must be 1 to 600");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CommandLine.ParameterException(spec.commandLine(), otherwise);
    }
  }

  private String command() {
    return String.format(
        Locale.ROOT,
        "./surge bench dht --peers %d --seed %d --dead %d --lookups %d%s%s%s%s",
        peers,
        seed,
        dead,
        lookups,
        dialRoundTrips == 0 ? "" : " --dial-round-trips " + dialRoundTrips,
        idleMinutes == 10 ? "" : " --idle-minutes " + idleMinutes,
        alpha == null ? "" : " --alpha " + alpha,
        noPlain ? " --no-plain" : "");
  }

  private static void tell(PrintWriter err, String doing) {
    err.println("bench: " + doing);
    err.flush();
  }
}
