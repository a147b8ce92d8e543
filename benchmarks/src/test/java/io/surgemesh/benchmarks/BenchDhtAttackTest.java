package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchDhtAttackTest {
  @Test
  void aFewHundredPeersMeetTheTargetsOfAttacks() {
    StringWriter out = new StringWriter();
    int code =
        surge(
            out,
            "--attack",
            "liars",
            "--attack",
            "eclipse-key",
            "--attack",
            "eclipse-node",
            "--attack",
            "churn",
            "--attack",
            "capabilities",
            "--peers",
            "300",
            "--searches",
            "100",
            "--identities",
            "300",
            "--hours",
            "1",
            "--json");
    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .extracting(line -> JsonParser.parseString(line).getAsJsonObject())
        .allSatisfy(line -> assertThat(line.get("met").getAsBoolean()).as("%s", line).isTrue())
        .extracting(line -> line.get("metric").getAsString())
        .containsExactly(
            "dht.liars.20.found#300",
            "dht.liars.20.provided#300",
            "dht.liars.50.found#300",
            "dht.liars.50.provided#300",
            "dht.eclipse.key#300",
            "dht.eclipse.table#300",
            "dht.eclipse.honest#300",
            "dht.eclipse.outbound#300",
            "dht.churn.found#300",
            "dht.capability.found#300");
  }

  @Test
  void peersWithTablesFromTheBeginningFindProvidersToo() {
    StringWriter out = new StringWriter();
    int code =
        surge(
            out,
            "--peers",
            "300",
            "--searches",
            "100",
            "--attack",
            "capabilities",
            "--placed",
            "--json");
    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .extracting(line -> JsonParser.parseString(line).getAsJsonObject())
        .hasSize(1)
        .allSatisfy(line -> assertThat(line.get("met").getAsBoolean()).as("%s", line).isTrue())
        .allSatisfy(line -> assertThat(line.get("metric").getAsString()).endsWith("#300-placed"));
  }

  @Test
  void theCommandThatRepeatsARunHasAllThatIsNotAsByDefault() {
    assertThat(command("--peers", "1000"))
        .isEqualTo("./surge bench dht-attack --peers 1000 --seed 1 --searches 2000");
    assertThat(command("--hours", "24")).endsWith(" --searches 2000 --hours 24");
    assertThat(command("--identities", "500")).endsWith(" --searches 2000 --identities 500");
    assertThat(command("--placed")).endsWith(" --searches 2000 --placed");
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
