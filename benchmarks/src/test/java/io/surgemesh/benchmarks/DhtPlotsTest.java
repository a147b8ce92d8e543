package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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
    Path results = folder.resolve("RESULTS.md");
    assertThat(plots(1000, 2).write(results)).anyMatch(line -> line.contains("dht.svg"));
    plots(10_000, 3).write(results);
    plots(10_000, 4).write(results);
    assertThat(elements("dht-lookups-1k.svg", "polyline")).isEqualTo(3);
    assertThat(elements("dht-lookups-10k.svg", "polyline")).isEqualTo(3);
    assertThat(elements("dht.svg", "polyline")).isEqualTo(2 * 8);
    // Two sizes under two rules in each of eight charts.
    assertThat(elements("dht.svg", "circle")).isEqualTo(2 * 2 * 8);
    assertThat(Files.readAllLines(folder.resolve("dht.csv")))
        .hasSize(1 + 2 * 2)
        .anyMatch(line -> line.startsWith("ours,10000.0,4.0"))
        .noneMatch(line -> line.startsWith("ours,10000.0,3.0"));
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

  private static DhtPlots plots(int peers, long roundTrips) {
    DhtOptions options = new DhtOptions(peers, 1, 10, 100, 10, 0, 10, false);
    DhtFigures figures = figures(roundTrips);
    return new DhtPlots(options, figures, figures);
  }

  private static DhtFigures figures(long roundTrips) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      nanos.add(roundTrips * 1000);
    }
    return new DhtFigures(nanos, nanos, 100, 1000, 12, 2, nanos, 1, 6, 5, 0, 0, 10, 200, "0");
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
