package io.surgemesh.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What one part came to in one case.
 *
 * @param name of the part, and after {@code #} the case
 * @param value the median of all iterations, which one disturbed by others does not move
 * @param low the least of them
 * @param high the most of them
 * @param unit MiB a second of what moves bytes, nanoseconds of others
 * @param allocatedBytes on the heap, per MiB moved or per operation
 */
record PartFigure(
    String name, double value, double low, double high, String unit, double allocatedBytes) {
  private static final double MEDIAN = 50;
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** Reads the result of one part; what moves bytes counts a MiB as one operation. */
  static PartFigure of(RunResult result) {
    Statistics iterations = result.getPrimaryResult().getStatistics();
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    boolean moves = result.getParams().getMode() == Mode.Throughput;
    return new PartFigure(
        name(result.getParams()),
        iterations.getPercentile(MEDIAN),
        iterations.getMin(),
        iterations.getMax(),
        moves ? "MiB/s" : "ns",
        allocated == null ? Double.NaN : allocated.getScore());
  }

  /** Returns the name of a part in one case, such as {@code NoiseRecords.seal#256}. */
  static String name(BenchmarkParams part) {
    String full = part.getBenchmark();
    int method = full.lastIndexOf('.');
    StringBuilder name = new StringBuilder(full.substring(full.lastIndexOf('.', method - 1) + 1));
    for (String key : part.getParamsKeys()) {
      name.append(name.indexOf("#") < 0 ? '#' : ',').append(part.getParam(key));
    }
    return name.toString();
  }

  /** Returns one line of JSON; what is not known is left out. */
  String json() {
    JsonObject line = new JsonObject();
    line.addProperty("metric", "parts." + name);
    line.addProperty("value", value);
    line.addProperty("unit", unit);
    line.addProperty("low", low);
    line.addProperty("high", high);
    if (Double.isFinite(allocatedBytes)) {
      line.addProperty("allocatedBytes", allocatedBytes);
    }
    return GSON.toJson(line);
  }

  /** Returns the figures for people. */
  static List<String> table(List<PartFigure> parts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%-32s %10s %10s %10s  %-6s %12s",
            "part", "median", "low", "high", "unit", "heap bytes"));
    for (PartFigure part : parts) {
      lines.add(
          format(
              "%-32s %10s %10s %10s  %-6s %12s",
              part.name,
              number(part.value),
              number(part.low),
              number(part.high),
              part.unit,
              number(part.allocatedBytes)));
    }
    lines.add("");
    lines.add(
        "After # stand the plain bytes of a record or the body of a frame, the bytes of a varint,"
            + " the form of an address.");
    lines.add(
        "Heap bytes: allocated per MiB moved, or per operation; open has a fresh session for each"
            + " MiB, with its heap bytes but not its time.");
    return lines;
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    return value < 100 ? format("%.2f", value) : format("%,.0f", value);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
