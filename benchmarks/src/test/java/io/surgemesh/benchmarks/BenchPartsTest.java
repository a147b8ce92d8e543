package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;

class BenchPartsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int surge(String... arguments) {
    return Bench.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void everyPartRunsInEachCaseAndTheHelpNamesIt() throws RunnerException {
    List<String> told = new ArrayList<>();
    List<PartFigure> parts = new PartsRun("", 0, Duration.ofMillis(2), told::add).run();
    assertThat(parts).allMatch(part -> part.value() > 0).doesNotHaveDuplicates();
    assertThat(parts)
        .extracting(PartFigure::name)
        .contains(
            "NoiseRecords.open#NATIVE,256",
            "NoiseRecords.seal#JAVA,65519",
            "TlsRecords.open#AES_128_GCM,256",
            "TlsRecords.seal#AES_128_GCM,65536",
            "YamuxFrames.pass#256",
            "YamuxFrames.pass#65536",
            "Varints.read#1",
            "Varints.write#5",
            "Multiaddrs.parseBytes#IP4_TCP",
            "Multiaddrs.toText#IP6_TCP_P2P");
    assertThat(told).hasSameSizeAs(parts).anyMatch(line -> line.startsWith("Varints.read#1; "));
    assertThat(surge("bench", "parts", "--help")).isZero();
    assertThat(parts)
        .extracting(part -> part.name().replaceAll("#.*", ""))
        .allMatch(
            name ->
                out.toString().contains(name.substring(0, name.indexOf('.')))
                    && out.toString().contains(name.substring(name.indexOf('.'))));
  }

  @Test
  void aFigureIsOneLineOfJsonAndOneOfTheTable() {
    PartFigure known = new PartFigure("NoiseRecords.seal#256", 312.4, 90.5, 401, "MiB/s", 1234);
    JsonObject line = JsonParser.parseString(known.json()).getAsJsonObject();
    assertThat(line.get("metric").getAsString()).isEqualTo("parts.NoiseRecords.seal#256");
    assertThat(line.get("value").getAsDouble()).isEqualTo(312.4);
    assertThat(line.get("low").getAsDouble()).isEqualTo(90.5);
    assertThat(line.get("high").getAsDouble()).isEqualTo(401);
    assertThat(line.get("allocatedBytes").getAsDouble()).isEqualTo(1234);
    PartFigure unsure = new PartFigure("Varints.read#1", 1.5, 1.4, 1.6, "ns", Double.NaN);
    assertThat(JsonParser.parseString(unsure.json()).getAsJsonObject().keySet())
        .containsExactly("metric", "value", "unit", "low", "high");
    assertThat(PartFigure.table(List.of(known, unsure)))
        .anyMatch(row -> row.matches("NoiseRecords.seal#256 +312 +90.50 +401 +MiB/s +1,234"))
        .anyMatch(row -> row.matches("Varints.read#1 +1.50 +1.40 +1.60 +ns +-"));
  }

  @Test
  void wrongUsageExitsWithTwo() {
    assertThat(surge("bench", "parts", "--forks", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(surge("bench", "parts", "--only", "(")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(surge("bench", "parts", "--only", "Nothing")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--forks must be 1 to 20", "no regular expression", "--only fits no part");
  }
}
