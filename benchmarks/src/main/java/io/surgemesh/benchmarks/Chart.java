package io.surgemesh.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines in a frame with axes, as a piece of SVG. */
final class Chart {
  /** How wide and high it is drawn. */
  static final int WIDTH = 420;

  static final int HEIGHT = 260;

  private static final int CHARTS_BESIDE = 2;
  private static final int LEFT = 56;
  private static final int RIGHT = 24;
  private static final int TOP = 46;
  private static final int BOTTOM = 40;
  private static final int TICKS = 5;
  private static final int LEGEND_STEP = 84;
  private static final List<String> COLORS = List.of("#1f5fa8", "#c0392b", "#777777", "#2e8b57");

  /** One point of a line. */
  record Point(double x, double y) {}

  private record Line(String name, List<Point> points) {}

  private final String title;
  private final String xLabel;
  private final boolean isLogarithmic;
  private final List<Line> lines = new ArrayList<>();
  private double xMin = Double.POSITIVE_INFINITY;
  private double xMax = Double.NEGATIVE_INFINITY;
  private double yMax;

  /**
   * Creates a chart without lines.
   *
   * @param isLogarithmic whether the horizontal axis is; then all x must be positive
   */
  Chart(String title, String xLabel, boolean isLogarithmic) {
    this.title = title;
    this.xLabel = xLabel;
    this.isLogarithmic = isLogarithmic;
  }

  /** Adds a line through some points in order; those that are no numbers are left out. */
  void line(String name, List<Point> points) {
    List<Point> numbers = points.stream().filter(point -> Double.isFinite(point.y)).toList();
    lines.add(new Line(name, numbers));
    for (Point point : numbers) {
      xMin = Math.min(xMin, point.x);
      xMax = Math.max(xMax, point.x);
      yMax = Math.max(yMax, point.y);
    }
  }

  /** Draws it with its upper left corner at a place of a picture. */
  String svg(int left, int top) {
    StringBuilder out = new StringBuilder();
    out.append(format("<g transform=\"translate(%d,%d)\">%n", left, top));
    out.append(text(LEFT, 18, "start", title).replace("<text", "<text font-weight=\"bold\""));
    out.append(
        format(
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#bbb\"/>%n",
            LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM));
    out.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "middle", xLabel));
    if (xMax >= xMin) {
      ticks(out);
      for (int i = 0; i < lines.size(); i++) {
        draw(out, i);
      }
    }
    return out.append("</g>\n").toString();
  }

  /**
   * Writes charts into a picture, two beside each other.
   *
   * @throws IOException when the file cannot be written
   */
  static void write(Path file, List<Chart> charts) throws IOException {
    int columns = Math.min(CHARTS_BESIDE, charts.size());
    int width = columns * WIDTH;
    int height = (charts.size() + columns - 1) / columns * HEIGHT;
    StringBuilder out = new StringBuilder();
    out.append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"11\"")
        .append(" width=\"" + width + "\" height=\"" + height + "\">\n")
        .append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (int i = 0; i < charts.size(); i++) {
      out.append(charts.get(i).svg(i % columns * WIDTH, i / columns * HEIGHT));
    }
    Files.writeString(file, out.append("</svg>\n"), StandardCharsets.UTF_8);
  }

  private void draw(StringBuilder out, int index) {
    Line line = lines.get(index);
    if (line.points.isEmpty()) {
      return;
    }
    String color = COLORS.get(index % COLORS.size());
    StringBuilder places = new StringBuilder();
    for (Point point : line.points) {
      places.append(format("%.1f,%.1f ", x(point.x), y(point.y)));
      if (line.points.size() <= 2 * TICKS) {
        out.append(
            format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>%n",
                x(point.x), y(point.y), color));
      }
    }
    out.append(
        format(
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>%n",
            places.toString().strip(), color));
    int x = LEFT + index * LEGEND_STEP;
    out.append(
        format("<rect x=\"%d\" y=\"29\" width=\"12\" height=\"4\" fill=\"%s\"/>%n", x, color));
    out.append(text(x + 16, 36, "start", line.name));
  }

  private void ticks(StringBuilder out) {
    double step = step(yTop());
    for (double value = 0; value <= yTop() * 1.001; value += step) {
      rule(out, LEFT, y(value), WIDTH - RIGHT, y(value));
      out.append(text(LEFT - 5, y(value) + 4, "end", label(value)));
    }
    for (double value : xTicks()) {
      rule(out, x(value), TOP, x(value), HEIGHT - BOTTOM);
      out.append(text(x(value), HEIGHT - BOTTOM + 14, "middle", label(value)));
    }
  }

  private List<Double> xTicks() {
    List<Double> ticks = new ArrayList<>();
    if (isLogarithmic) {
      for (double value = Math.pow(10, Math.floor(Math.log10(xMin))); value <= xMax; value *= 10) {
        ticks.add(value);
      }
      ticks.removeIf(value -> value < xMin);
      return ticks.isEmpty() ? List.of(xMin) : ticks;
    }
    double step = step(xMax - xMin);
    for (double value = Math.ceil(xMin / step) * step; value <= xMax; value += step) {
      ticks.add(value);
    }
    return ticks;
  }

  /** Returns a round distance of some ticks that fill a span. */
  private static double step(double span) {
    double raw = span > 0 ? span / TICKS : 1;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double part = raw / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  }

  private double yTop() {
    return yMax > 0 ? yMax * 1.05 : 1;
  }

  private double x(double value) {
    double low = isLogarithmic ? Math.log(xMin) : xMin;
    double high = isLogarithmic ? Math.log(xMax) : xMax;
    double at = isLogarithmic ? Math.log(value) : value;
    double part = high > low ? (at - low) / (high - low) : 0.5;
    return LEFT + part * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - value / yTop() * (HEIGHT - TOP - BOTTOM);
  }

  private static void rule(StringBuilder out, double x1, double y1, double x2, double y2) {
    out.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e4e4e4\"/>%n",
            x1, y1, x2, y2));
  }

  private static String text(double x, double y, String anchor, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    return format(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped);
  }

  private static String label(double value) {
    double rounded = Math.round(value * 1e4) / 1e4;
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e9
        ? Long.toString((long) rounded)
        : Double.toString(rounded);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values).replace("\r\n", "\n");
  }
}
