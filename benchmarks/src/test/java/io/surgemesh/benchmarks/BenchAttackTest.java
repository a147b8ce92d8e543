package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.surgemesh.hostbench.UnderAttack;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchAttackTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int attack(String... options) {
    return BenchCall.run("attack", out, err, options);
  }

  @Test
  void helpSaysWhatIsDoneToWhom() {
    assertThat(attack("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "--rounds", "--security", "--only", "(default: 3)", "(default: noise)", "256 MiB");
  }

  @Test
  void roundsAreOneToAHundred() {
    assertThat(attack("--rounds", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(attack("--rounds", "101")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--rounds must be 1 to 100");
  }

  @Test
  void anotherSecurityIsWrongUsage() {
    assertThat(attack("--security", "TLS")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--security must be noise or tls");
  }

  @Test
  void aWrongAttackIsToldAllThereAre() {
    assertThat(attack("--only", "half_handshakes")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(UnderAttack.attacks()).contains("HALF_HANDSHAKES").doesNotHaveDuplicates();
    assertThat(err.toString()).contains("--only must be one of ").contains(UnderAttack.attacks());
  }

  @Test
  void aMetricSaysWhatWasLeftOfWhatAndAtWhichCost() {
    UnderAttack.Row row =
        new UnderAttack.Row("small", 1_234_567, 1_300_000, "messages/s", 0.4567, 0.44);
    Metric metric = AttackCommand.metric(row, "tls");
    assertThat(metric.id()).isEqualTo("host.attack.ratio#small-tls");
    assertThat(metric.value().doubleValue()).isBetween(0.949, 0.95);
    assertThat(metric.met()).isTrue();
    assertThat(metric.against())
        .isEqualTo(
            "1,234,567 messages/s under attack, 1,300,000 beside a harmless process; of the clients'"
                + " processor they use 0.46 and 0.44");
    JsonObject line = JsonParser.parseString(metric.json(3, 0)).getAsJsonObject();
    assertThat(line.get("target").getAsDouble()).isEqualTo(0.9);
    assertThat(line.get("unit").getAsString()).isEqualTo("of harmless");
    assertThat(HostTable.lines(List.of(metric)))
        .anyMatch(text -> text.matches("host.attack.ratio#small-tls +0.95 .* >= 0.90 +yes .*"));
  }

  @Test
  void lessThanNineTenthsMissTheTarget() {
    UnderAttack.Row row = new UnderAttack.Row("upload", 89, 100, "MiB/s", 1, 1);
    assertThat(AttackCommand.metric(row, "noise").met()).isFalse();
  }
}
