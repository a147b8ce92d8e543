package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.surgemesh.benchmarks.DhtHistory.Column;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class DhtPlotsTest {
  @TempDir private Path folder;

  @Test
  void eachRunHasAPictureAndTheOneOverPeersHasAPointOfEach() throws Exception {
    assertThat(write(1000, 10, 2)).noneMatch(line -> line.contains("dht-over"));
    assertThat(write(10_000, 10, 3)).anyMatch(line -> line.contains("dht-over-peers.svg"));
    write(10_000, 10, 4);
    assertThat(elements("dht-lookups-1k.svg", "polyline")).isEqualTo(3);
    assertThat(elements("dht-lookups-10k.svg", "polyline")).isEqualTo(3);
    // Under three rules, of which hints have no run, two sizes in each of eight charts.
    assertThat(elements("dht-over-peers.svg", "polyline")).isEqualTo(2 * 8);
    assertThat(elements("dht-over-peers.svg", "circle")).isEqualTo(2 * 2 * 8);
    assertThat(Files.readAllLines(folder.resolve("dht.csv")))
        .hasSize(1 + 2 * 2)
        .anyMatch(line -> line.startsWith("ours,10000.0,10.0000,0.00000,4.0"))
        .noneMatch(line -> line.startsWith("ours,10000.0,10.0000,0.00000,3.0"));
  }

  @Test
  void runsWithMoreDeadPeersHaveAPictureOfTheirOwn() throws Exception {
    write(1000, 10, 2);
    write(2000, 10, 2);
    assertThat(write(1000, 30, 3))
        .anyMatch(line -> line.contains("dht-over-dead.svg"))
        .noneMatch(line -> line.contains("dht-over-peers.svg"));
    assertThat(elements("dht-over-dead.svg", "circle")).isEqualTo(2 * 2 * 8);
  }

  @Test
  void whatGrowsWithTheLogarithmOfThePeersIsFittedOnceThereAreThreeSizes() throws Exception {
    history(1000, 10, 2);
    assertThat(history(10_000, 10, 3).fitted(Column.LATE, 1_000_000)).isEmpty();
    assertThat(history(100_000, 10, 4).fitted(Column.LATE, 1_000_000).orElseThrow())
        .isCloseTo(5, within(1e-6));
    assertThat(history(100_000, 30, 4).fitted(Column.LATE, 1_000_000)).isEmpty();
  }

  @Test
  void peersWithTablesFromTheBeginningStandForOursUntilAsManyHaveJoined() throws Exception {
    history(1000, 10, 2);
    history(10_000, 10, 3);
    DhtHistory placed = history(options(100_000, true), 5);
    assertThat(placed.over(Column.PEERS, "ours")).hasSize(3);
    assertThat(placed.fitted(Column.LATE, 1_000_000)).isPresent();
    DhtHistory joined = history(options(100_000, false), 4);
    assertThat(joined.over(Column.PEERS, "ours"))
        .hasSize(3)
        .extracting(row -> row.get(Column.LATE))
        .contains(4.0)
        .doesNotContain(5.0);
  }

  @Test
  void aChartWithoutNumbersIsEmptyAndNamesAreEscaped() throws Exception {
    Chart chart = new Chart("a < b & c", "x", true);
    chart.line("none", List.of(new Chart.Point(1, Double.NaN)));
    Document document = parse("<svg>" + chart.svg(0, 0) + "</svg>");
    assertThat(document.getElementsByTagName("polyline").getLength()).isZero();
    assertThat(document.getElementsByTagName("text").item(0).getTextContent())
        .isEqualTo("a < b & c");
  }

  private List<String> write(int peers, int dead, long roundTrips) throws IOException {
    DhtFigures figures = figures(roundTrips);
    DhtHistory history = history(peers, dead, roundTrips);
    return new DhtPlots(options(peers, dead), figures, figures, history).write(folder);
  }

  private DhtHistory history(int peers, int dead, long roundTrips) throws IOException {
    DhtFigures figures = figures(roundTrips);
    return DhtHistory.with(folder, options(peers, dead), figures, figures);
  }

  private DhtHistory history(DhtOptions options, long roundTrips) throws IOException {
    return DhtHistory.with(folder, options, figures(roundTrips), null);
  }

  private static DhtOptions options(int peers, int dead) {
    return new DhtOptions(peers, 1, dead, 0, 100, 10, 0, 30, 10, false, 0, null);
  }

  private static DhtOptions options(int peers, boolean placed) {
    return new DhtOptions(peers, 1, 10, 0, 100, 10, 0, 30, 10, placed, 0, null);
  }

  private static DhtFigures figures(long roundTrips) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      nanos.add(roundTrips * 1000);
    }
    LookupFigures lookups = new LookupFigures(nanos, nanos, 100, 1000, 12, 2);
    return new DhtFigures(lookups, null, nanos, 1, 6, 5, 0, 0, 10, 200, "0");
  }

  private int elements(String file, String name) throws Exception {
    return parse(Files.readString(folder.resolve(file))).getElementsByTagName(name).getLength();
  }

  private static Document parse(String xml) throws Exception {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml)));
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
