package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what a DHT under attack still finds, in a simulated network. */
@Command(
    name = "dht-attack",
    mixinStandardHelpOptions = true,
    description = {
      "Put a DHT in virtual time to attacks and churn, and count what is found all the same.",
      "",
      "For 10,000 peers give it memory: SURGE_JAVA_OPTS=-Xmx6g.",
      ""
    },
    footer = {"", "Exit codes: 0 done, 1 a file cannot be read or written, 2 wrong usage."})
final class DhtAttackCommand implements Callable<Integer> {
  private static final int PEERS_MAX = 100_000;
  private static final int SEARCHES_MAX = 1_000_000;
  private static final int IDENTITIES_MAX = 60_000;
  private static final int IDENTITIES = 10_000;
  private static final int HOURS = 2;

  @Option(
      names = {"--peers", "-n"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many peers, 200 or more (default: ${DEFAULT-VALUE}).")
  private int peers = 1000;

  @Option(
      names = {"--seed", "-s"},
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides identities, places and searches (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--attack",
      paramLabel = "A",
      description =
          "One of liars, eclipse-key, eclipse-node, churn, capabilities, key-groups; may be repeated"
              + " (default: all).")
  private List<String> attacks = new ArrayList<>();

  @Option(
      names = "--searches",
      paramLabel = "L",
      defaultValue = "2000",
      description = "How many searches of each kind (default: ${DEFAULT-VALUE}).")
  private int searches = 2000;

  @Option(
      names = "--identities",
      paramLabel = "I",
      defaultValue = "" + IDENTITIES,
      description =
          "How many identities the attacker of eclipse-key and eclipse-node grinds (default:"
              + " ${DEFAULT-VALUE}).")
  private int identities = IDENTITIES;

  @Option(
      names = "--hours",
      paramLabel = "H",
      defaultValue = "" + HOURS,
      description = "For how long a peer is crowded, in virtual hours (default: ${DEFAULT-VALUE}).")
  private int hours = HOURS;

  @Option(
      names = "--placed",
      description = "Let peers begin with full routing tables, and not join one by one.")
  private boolean placed;

  @Option(names = "--paths", paramLabel = "D", description = "Disjoint paths; by default ours.")
  private @Nullable Integer paths;

  @Option(
      names = "--plain",
      description = "Put peers with the rules of go-libp2p-kad-dht to the same as well.")
  private boolean plain;

  @Mixin private FiguresOutput figures = new FiguresOutput();

  @Override
  public Integer call() throws IOException {
    List<DhtAttack> chosen = check();
    DhtConfig config = DhtConfig.defaults();
    DhtAttackOptions options =
        new DhtAttackOptions(peers, seed, searches, identities, hours, placed);
    DhtAttackRun ours =
        new DhtAttackRun(options, paths == null ? config : config.withPaths(paths), figures::tell);
    DhtAttackRun others =
        new DhtAttackRun(
            options, PlainRules.of(config), doing -> figures.tell("plain rules: " + doing));
    List<Metric> metrics = new ArrayList<>();
    for (DhtAttack attack : chosen) {
      List<Metric> of = figures.simulate(peers, () -> ours.run(attack));
      metrics.addAll(plain ? beside(of, figures.simulate(peers, () -> others.run(attack))) : of);
    }
    show(chosen, metrics, ours.report(), others.report());
    return CommandLine.ExitCode.OK;
  }

  private static List<Metric> beside(List<Metric> ours, List<Metric> plain) {
    return IntStream.range(0, ours.size()).mapToObj(i -> ours.get(i).beside(plain.get(i))).toList();
  }

  /** Shows what came of both; nothing of plain peers if they were put to nothing. */
  private void show(
      List<DhtAttack> chosen, List<Metric> metrics, AttackReport ours, AttackReport others)
      throws IOException {
    List<String> lines = DhtTable.lines(metrics, 38, 8);
    lines.addAll(ours.notes());
    others.notes().forEach(note -> lines.add("plain rules: " + note));
    String command = command(chosen);
    figures.show(metrics, peers, seed, lines, command);
    Path folder = figures.folder();
    if (folder != null) {
      String picture = picture(command);
      Chart.write(folder.resolve(picture), ours.charts(others));
      figures.addBelow(command, List.of("![What is found](" + picture + ")"));
    }
  }

  /** Returns the name of a picture that no other command writes to. */
  private static String picture(String command) {
    return command.substring(command.indexOf("dht-attack")).replaceAll("[ -]+", "-") + ".svg";
  }

  private List<DhtAttack> check() {
    figures.require(peers >= 200 && peers <= PEERS_MAX, "--peers must be 200 to " + PEERS_MAX);
    figures.require(
        searches >= 1 && searches <= SEARCHES_MAX, "--searches must be 1 to " + SEARCHES_MAX);
    figures.require(
        identities >= 20 && identities <= IDENTITIES_MAX,
        "--identities must be 20 to " + IDENTITIES_MAX);
    figures.require(hours >= 1 && hours <= 100, "--hours must be 1 to 100");
    figures.require(paths == null || (paths >= 0 && paths <= 32), "--paths must be 0 to 32");
    List<DhtAttack> chosen = new ArrayList<>();
    for (DhtAttack attack : DhtAttack.values()) {
      if (attacks.isEmpty() || attacks.contains(name(attack))) {
        chosen.add(attack);
      }
    }
    figures.require(
        attacks.isEmpty() || chosen.size() == attacks.stream().distinct().count(),
        "--attack must be one of those named");
    return chosen;
  }

  private static String name(DhtAttack attack) {
    return attack.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns what repeats the run: all that is not as by default, or another run would be it. */
  String command(List<DhtAttack> chosen) {
    StringBuilder command = new StringBuilder("./surge bench dht-attack --peers ").append(peers);
    command.append(" --seed ").append(seed).append(" --searches ").append(searches);
    if (identities != IDENTITIES) {
      command.append(" --identities ").append(identities);
    }
    if (hours != HOURS) {
      command.append(" --hours ").append(hours);
    }
    if (placed) {
      command.append(" --placed");
    }
    if (!attacks.isEmpty()) {
      chosen.forEach(attack -> command.append(" --attack ").append(name(attack)));
    }
    if (paths != null) {
      command.append(" --paths ").append(paths);
    }
    if (plain) {
      command.append(" --plain");
    }
    return command.toString();
  }
}
