package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchDhtTest {
  @Test
  void jsonIsOneLinePerMetricAndFewPeersAreAllFound() {
    StringWriter out = new StringWriter();
    assertThat(
            surge(
                out,
                "--peers",
                "400",
                "--lookups",
                "40",
                "--puts",
                "5",
                "--settling-minutes",
                "2",
                "--idle-minutes",
                "1",
                "--json"))
        .isZero();
    assertThat(out.toString().lines())
        .extracting(line -> JsonParser.parseString(line).getAsJsonObject())
        .allMatch(line -> line.get("peers").getAsInt() == 400)
        .extracting(line -> line.get("metric").getAsString())
        .containsExactly(
            "dht.lookup.p50#400",
            "dht.lookup.p99#400",
            "dht.lookup.found#400",
            "dht.bandwidth#400");
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
    return new DhtOptions(peers, 1, dead, loss, 1, 0, 0, 2, 1, hints);
  }

  @Test
  void wrongUsageExitsWithTwo() {
    StringWriter out = new StringWriter();
    assertThat(surge(out, "--peers", "9")).isEqualTo(2);
    assertThat(surge(out, "--dead", "91")).isEqualTo(2);
    assertThat(surge(out, "--loss", "31")).isEqualTo(2);
    assertThat(surge(out, "--alpha", "0")).isEqualTo(2);
    assertThat(surge(out, "--settling-minutes", "601")).isEqualTo(2);
    assertThat(surge(out, "--peers", "30", "--settling-minutes", "1", "--idle-minutes", "1"))
        .as("all have met")
        .isEqualTo(2);
  }

  private static int surge(StringWriter out, String... options) {
    return BenchCall.run("dht", out, new StringWriter(), options);
  }
}
