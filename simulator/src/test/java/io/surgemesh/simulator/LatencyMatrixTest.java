package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyMatrixTest {
  private static final String THREE =
      """
      # from,to ms
      0, 12.5,\t103
      12.25 0 99.000001   # the way back differs

      103.,99,0
      """;

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("latency.csv"), text, StandardCharsets.UTF_8);
  }

  @Test
  void millisecondsBecomeNanosecondsExactly() throws IOException {
    LatencyMatrix matrix = LatencyMatrix.readOneWay(file(THREE));
    assertThat(matrix.places()).isEqualTo(3);
    assertThat(matrix.oneWayNanos(0, 1)).isEqualTo(12_500_000);
    assertThat(matrix.oneWayNanos(1, 0)).isEqualTo(12_250_000);
    assertThat(matrix.oneWayNanos(0, 2)).isEqualTo(103_000_000);
    assertThat(matrix.oneWayNanos(1, 2)).isEqualTo(99_000_001);
    assertThat(matrix.oneWayNanos(2, 2)).isZero();
  }

  @Test
  void everyDecimalOfAMillisecondIsExact() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int micros = 0; micros < 1000; micros++) {
      String decimals = Integer.toString(1000 + micros).substring(1);
      text.append("0.").append(decimals).append(' ');
    }
    LatencyMatrix matrix = LatencyMatrix.readOneWay(file((text + "\n").repeat(1000)));
    for (int micros = 0; micros < 1000; micros++) {
      assertThat(matrix.oneWayNanos(7, micros)).isEqualTo(micros * 1000L);
    }
  }

  @Test
  void aRoundTripIsHalvedForEachWay() throws IOException {
    LatencyMatrix matrix = LatencyMatrix.readRoundTrips(file(THREE));
    assertThat(matrix.oneWayNanos(0, 1)).isEqualTo(6_250_000);
    assertThat(matrix.oneWayNanos(1, 2)).isEqualTo(49_500_000);
  }

  @Test
  void nodesAreSpreadOverThePlacesBySeed() throws IOException {
    LatencyMatrix matrix = LatencyMatrix.readOneWay(file(THREE));
    Set<Long> seen = new TreeSet<>();
    for (long seed = 0; seed < 50; seed++) {
      LatencyModel model = matrix.model(seed);
      seen.add(model.oneWayNanos(0, 1, 0));
      assertThat(model.oneWayNanos(0, 1, 0))
          .isEqualTo(matrix.model(seed).oneWayNanos(0, 1, 9))
          .isEqualTo(model.oneWayNanos(3, 4, 0))
          .isEqualTo(model.oneWayNanos(3_000_000, 301, 0));
    }
    assertThat(seen)
        .containsExactly(12_250_000L, 12_500_000L, 99_000_000L, 99_000_001L, 103_000_000L);
  }

  @Test
  void nodesThatShareAPlaceAreAsNearAsTheNearestOtherOrAsTheFileSays() throws IOException {
    LatencyMatrix matrix = LatencyMatrix.readOneWay(file("3 70 80\n71 0 90\n81 91 0\n"));
    LatencyModel model = matrix.model(1);
    Set<Long> within = new TreeSet<>();
    for (int node = 0; node < 3; node++) {
      within.add(model.oneWayNanos(node, node + 3, 0) / 1_000_000);
    }
    assertThat(within).containsExactly(3L, 71L, 81L);
  }

  @Test
  void jitterIsAddedToEachFrameAndBounded() throws IOException {
    LatencyModel still = LatencyMatrix.readOneWay(file(THREE)).model(1);
    LatencyModel jittered = still.withJitter(Duration.ofNanos(9));
    Set<Long> late = new TreeSet<>();
    for (long draw = 0; draw < 200; draw++) {
      late.add(jittered.oneWayNanos(0, 1, draw) - still.oneWayNanos(0, 1, draw));
    }
    assertThat(late).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(jittered.oneWayNanos(0, 1, 0)).isEqualTo(still.oneWayNanos(0, 1, 0));
    assertThatThrownBy(() -> still.withJitter(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNetworkRunsAtTheLatenciesOfAFile() throws IOException {
    LatencyMatrix matrix = LatencyMatrix.readRoundTrips(file("0 40\n40 0\n"));
    SimulatedNetwork network =
        new SimulatedNetwork(1, NetworkConfig.defaults(1).withLatency(matrix.model(1)));
    network.addHosts(2);
    CompletableFuture<Connection> dial = network.host(0).connect(network.host(1).dialAddress());
    network.time().runUntil(dial::isDone, Duration.ofMinutes(1));
    assertThat(network.time().nowNanos()).isEqualTo(3 * 40_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                   | no numbers
          ~# nothing           | no numbers
          0 1~2                | line 2: 1 numbers, the first line has 2
          0 1~2 0 3            | line 2: 3 numbers, the first line has 2
          '# one~0 1~2 0~3 4'  | line 4: more lines than the 2 numbers of each
          0 1 2~3 0 4~~        | line 3: the end, after 2 of 3 lines
          0,,1~1,0,1~1,1,0     | line 1: number 2 is not milliseconds: ""
          0,1,~1,0,1~1,1,0     | line 1: number 3 is not milliseconds: ""
          0 -1~1 0             | line 1: number 2 is not milliseconds: "-1"
          0 1~1e3 0            | line 2: number 1 is not milliseconds: "1e3"
          0 1~nan 0            | line 2: number 1 is not milliseconds: "nan"
          0 .5~1 0             | line 1: number 2 is not milliseconds: ".5"
          0 1.2.3~1 0          | line 1: number 2 is not milliseconds: "1.2.3"
          0;1~1;0              | line 1: number 1 is not milliseconds: "0;1"
          0 1.0000001~1 0      | line 1: number 2 is finer than a nanosecond: 1.0000001
          0 60000.000001~1 0   | line 1: number 2 is over 60000: 60000.000001
          0 999999999999~1 0   | line 1: number 2 is over 60000: 999999999999
          0 9999999999999~1 0  | line 1: number 2 is not milliseconds: "9999999999999"
          """)
  void badFilesAreRefusedWithTheLine(String lines, String message) throws IOException {
    Path file = file(lines.replace('~', '\n'));
    assertThatThrownBy(() -> LatencyMatrix.readOneWay(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith(message);
  }

  @Test
  void aMatrixOfTooManyPlacesIsRefusedAtItsFirstLine() throws IOException {
    Path file = file("# wide\n" + "1 ".repeat(LatencyMatrix.PLACES_MAX + 1));
    assertThatThrownBy(() -> LatencyMatrix.readRoundTrips(file))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("line 2: 4097 numbers, at most 4096");
    assertThatThrownBy(() -> LatencyMatrix.readOneWay(directory.resolve("none")))
        .isInstanceOf(IOException.class);
  }
}
