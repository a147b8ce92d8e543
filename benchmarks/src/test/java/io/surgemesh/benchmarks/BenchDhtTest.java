package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchDhtTest {
  @TempDir private Path folder;

  @Test
  void jsonIsOneLinePerMetricAndFewPeersAreAllFound() {
    List<JsonObject> lines = ofFewPeers();
    assertThat(lines)
        .allMatch(line -> line.get("peers").getAsInt() == 400)
        .extracting(line -> line.get("metric").getAsString())
        .containsExactly(
            "dht.lookup.p50#400",
            "dht.lookup.p99#400",
            "dht.lookup.found#400",
            "dht.bandwidth#400");
    assertThat(lines.get(2).get("value").getAsDouble()).isEqualTo(1);
  }

  @Test
  void peersWithTablesFromTheBeginningAreAllFoundTooAndSaySo() {
    JsonObject found = ofFewPeers("--placed", "--no-plain").get(2);
    assertThat(found.get("metric").getAsString()).isEqualTo("dht.lookup.found#400-placed");
    assertThat(found.get("value").getAsDouble()).isEqualTo(1);
  }

  /** Returns the metrics of a run of 400 peers. */
  private static List<JsonObject> ofFewPeers(String... further) {
    List<String> options =
        new ArrayList<>(
            List.of("--peers", "400", "--lookups", "40", "--puts", "5", "--settling-minutes", "2"));
    options.addAll(List.of("--idle-minutes", "1", "--json"));
    options.addAll(List.of(further));
    StringWriter out = new StringWriter();
    assertThat(surge(out, options.toArray(String[]::new))).isZero();
    return out.toString()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  @Test
  void aRunUnlikeTheOthersIsInTheResultsButNotAmongThoseKept() throws IOException {
    Path results = folder.resolve("RESULTS.md");
    assertThat(
            surge(
                new StringWriter(),
                "--peers",
                "200",
                "--lookups",
                "10",
                "--puts",
                "1",
                "--settling-minutes",
                "1",
                "--idle-minutes",
                "1",
                "--no-plain",
                "--results",
                results.toString()))
        .isZero();
    assertThat(Files.readString(results)).contains("--settling-minutes 1 --idle-minutes 1");
    assertThat(folder.resolve("dht.csv")).doesNotExist();
  }

  @Test
  void roundTripsMayComeFromAFileOfMeasuredOnes() throws IOException {
    Path measured = folder.resolve("measured.txt");
    Files.writeString(measured, "0 80 10\n80 0 40 # two places\n10 40 0\n");
    JsonObject found =
        ofFewPeers("--round-trips", measured.toString(), "--placed", "--no-plain").get(2);
    assertThat(found.get("metric").getAsString()).isEqualTo("dht.lookup.found#400-placed-measured");
    assertThat(found.get("value").getAsDouble()).isEqualTo(1);
  }

  @Test
  void someMayHaveHintsAndMakeLookupsOfTheirOwn() throws IOException {
    List<JsonObject> lines = ofFewPeers("--placed", "--hinted", "20", "--no-plain");
    assertThat(lines)
        .extracting(line -> line.get("metric").getAsString())
        .containsExactly(
            "dht.lookup.p50#400-placed",
            "dht.lookup.p99#400-placed",
            "dht.lookup.found#400-placed",
            "dht.bandwidth#400-placed",
            "dht.lookup.p50#400-hints-placed",
            "dht.lookup.p99#400-hints-placed",
            "dht.lookup.found#400-hints-placed");
    assertThat(lines.get(4).get("against").getAsString()).contains("at the 20 peers that ask");
    // All are hints, so each is asked first for itself.
    assertThat(lines.get(4).get("value").getAsDouble())
        .isLessThan(lines.get(0).get("value").getAsDouble());
    assertThat(lines.get(6).get("value").getAsDouble()).isEqualTo(1);
  }

  @Test
  void aFileOfRoundTripsThatIsNoneIsNamedWithTheLine() throws IOException {
    Path broken = folder.resolve("broken.txt");
    Files.writeString(broken, "0 80\n80 far\n");
    StringWriter err = new StringWriter();
    int code = BenchCall.run("dht", new StringWriter(), err, "--round-trips", broken.toString());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("broken.txt").contains("line 2");
  }

  @Test
  void onlyRunsThatDifferInWhatTheHistoryTellsApartAreKept() {
    assertThat(run(10_000, 0, 30).isForHistory()).isTrue();
    assertThat(run(20_000, 0, 30).isForHistory()).isTrue();
    assertThat(run(9_999, 0, 30).isForHistory()).isFalse();
    assertThat(run(10_000, 2, 30).isForHistory()).isFalse();
    assertThat(run(10_000, 0, 29).isForHistory()).isFalse();
  }

  private static DhtOptions run(int lookups, int dialRoundTrips, int settlingMinutes) {
    return new DhtOptions(
        1000, 1, 30, 20, lookups, 0, dialRoundTrips, settlingMinutes, 1, false, 0, null);
  }

  @Test
  void runsWithHintsAreACaseOfTheirOwn() {
    assertThat(options(10_000, 10, 0, false).caseName()).isEqualTo("#10k");
    assertThat(options(10_000, 10, 0, true).caseName()).isEqualTo("#10k-hints");
  }

  @Test
  void runsWithOtherPartsDeadOrWithLossAreCasesToo() {
    assertThat(options(1_000_000, 30, 0, false).caseName()).isEqualTo("#1M-30dead");
    assertThat(options(1_000, 10, 20, false).caseName()).isEqualTo("#1k-20lost");
  }

  private static DhtOptions options(int peers, int dead, int loss, boolean hints) {
    return new DhtOptions(peers, 1, dead, loss, 1, 0, 0, 2, 1, false, hints ? peers : 0, null);
  }

  @Test
  void wrongUsageExitsWithTwo() {
    StringWriter out = new StringWriter();
    assertThat(surge(out, "--peers", "9")).isEqualTo(2);
    assertThat(surge(out, "--dead", "91")).isEqualTo(2);
    assertThat(surge(out, "--loss", "31")).isEqualTo(2);
    assertThat(surge(out, "--alpha", "0")).isEqualTo(2);
    assertThat(surge(out, "--hinted", "10")).isEqualTo(2);
    assertThat(surge(out, "--hinted", "1000", "--placed")).isEqualTo(2);
    assertThat(surge(out, "--hinted", "10", "--placed", "--hints")).isEqualTo(2);
    assertThat(surge(out, "--settling-minutes", "601")).isEqualTo(2);
    assertThat(surge(out, "--peers", "30", "--settling-minutes", "1", "--idle-minutes", "1"))
        .as("all have met")
        .isEqualTo(2);
  }

  private static int surge(StringWriter out, String... options) {
    return BenchCall.run("dht", out, new StringWriter(), options);
  }
}
