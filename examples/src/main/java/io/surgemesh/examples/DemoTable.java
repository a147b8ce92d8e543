package io.surgemesh.examples;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of each tile of the demo. */
final class DemoTable {
  private record Row(
      int tile, String provider, String price, double agreementMillis, double runMillis) {}

  private final int tiles;
  private final SortedMap<Integer, Row> rows = new TreeMap<>();

  DemoTable(int tiles) {
    this.tiles = tiles;
  }

  int tiles() {
    return tiles;
  }

  /** Takes a task event of the requestor. */
  void add(JsonObject event) {
    int tile = event.get("task").getAsInt();
    rows.put(
        tile,
        new Row(
            tile,
            event.get("provider").getAsString(),
            event.get("price").getAsString(),
            event.get("agreementMillis").getAsDouble(),
            event.get("runMillis").getAsDouble()));
  }

  void requireComplete() throws SurgeException {
    if (rows.size() != tiles) {
      throw new SurgeException("only " + rows.size() + " of " + tiles + " tiles were rendered");
    }
  }

  int rows() {
    return rows.size();
  }

  List<String> providers() {
    return rows.values().stream().map(Row::provider).distinct().toList();
  }

  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%5s  %-16s %12s %15s %12s%n",
        "tile",
        "provider",
        "credits",
        "agreement ms",
        "run ms");
    for (Row row : rows.values()) {
      out.printf(
          Locale.ROOT,
          "%5d  ...%-13s %12s %15.1f %12.1f%n",
          row.tile,
          row.provider.substring(Math.max(0, row.provider.length() - 12)),
          row.price,
          row.agreementMillis,
          row.runMillis);
    }
  }
}
