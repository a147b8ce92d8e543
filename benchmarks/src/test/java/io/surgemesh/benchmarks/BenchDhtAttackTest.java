package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchDhtAttackTest {
  @TempDir private Path folder;

  @Test
  void peersThatJoinedFindOthersAmongLiars() {
    assertThat(metOf300("--attack", "liars"))
        .containsExactly(
            "dht.liars.20.found#300",
            "dht.liars.20.provided#300",
            "dht.liars.50.found#300",
            "dht.liars.50.provided#300");
  }

  @Test
  void oneKeyAndOnePeerAreCrowdedInVain() {
    String[] both = {"--placed", "--attack", "eclipse-key", "--attack", "eclipse-node"};
    assertThat(metOf300(both))
        .containsExactly(
            "dht.eclipse.key#300-placed",
            "dht.eclipse.table#300-placed",
            "dht.eclipse.honest#300-placed",
            "dht.eclipse.outbound#300-placed");
  }

  @Test
  void peersAreFoundWhileOthersComeAndGo() {
    assertThat(metOf300("--placed", "--attack", "churn"))
        .containsExactly("dht.churn.found#300-placed");
  }

  @Test
  void providersAreFoundByWhatTheyCan() {
    assertThat(metOf300("--placed", "--attack", "capabilities"))
        .containsExactly("dht.capability.found#300-placed");
  }

  @Test
  void peersUnderPlainRulesAreInTheSameTableAndTheSamePicture() throws Exception {
    Path results = folder.resolve("RESULTS.md");
    String[] options = {
      "--peers",
      "200",
      "--searches",
      "40",
      "--attack",
      "capabilities",
      "--placed",
      "--plain",
      "--results",
      results.toString()
    };
    assertThat(surge(new StringWriter(), options)).isZero();
    String picture = "dht-attack-peers-200-seed-1-searches-40-placed-attack-capabilities-plain.svg";
    assertThat(Files.readAllLines(results))
        .contains("![What is found](" + picture + ")")
        .anyMatch(line -> line.matches("dht.capability.found#200-placed: .*; plain rules: [01].*"))
        .anyMatch(line -> line.startsWith("plain rules: capabilities: "));
    // One chart, and ours and plain in it.
    assertThat(Files.readString(folder.resolve(picture)).split("<polyline")).hasSize(1 + 2);
  }

  /** Returns the ids of the metrics of a run of 300 peers, of which each meets its target. */
  private static List<String> metOf300(String... further) {
    List<String> options = new ArrayList<>(List.of("--peers", "300", "--searches", "50", "--json"));
    options.addAll(List.of("--identities", "200", "--hours", "1"));
    options.addAll(List.of(further));
    StringWriter out = new StringWriter();
    assertThat(surge(out, options.toArray(String[]::new))).isZero();
    List<JsonObject> lines =
        out.toString().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.get("met").getAsBoolean()).as("%s", line).isTrue());
    return lines.stream().map(line -> line.get("metric").getAsString()).toList();
  }

  @Test
  void theCommandThatRepeatsARunHasAllThatIsNotAsByDefault() {
    assertThat(command("--peers", "1000"))
        .isEqualTo("./surge bench dht-attack --peers 1000 --seed 1 --searches 2000");
    assertThat(command("--hours", "24")).endsWith(" --searches 2000 --hours 24");
    assertThat(command("--identities", "500")).endsWith(" --searches 2000 --identities 500");
    assertThat(command("--placed")).endsWith(" --searches 2000 --placed");
    assertThat(command("--plain")).endsWith(" --searches 2000 --plain");
  }

  private static String command(String... options) {
    return CommandLine.populateCommand(new DhtAttackCommand(), options).command(List.of());
  }

  @Test
  void wrongUsageExitsWithTwo() {
    StringWriter out = new StringWriter();
    assertThat(surge(out, "--peers", "199")).isEqualTo(2);
    assertThat(surge(out, "--attack", "none")).isEqualTo(2);
    assertThat(surge(out, "--paths", "33")).isEqualTo(2);
  }

  private static int surge(StringWriter out, String... options) {
    return BenchCall.run("dht-attack", out, new StringWriter(), options);
  }
}
