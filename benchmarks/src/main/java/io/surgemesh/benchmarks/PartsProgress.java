package io.surgemesh.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Of all that JMH has to say, how far it is; the rest of the current part only if that fails. */
final class PartsProgress implements OutputFormat {
  private static final String HOW_FAR = "# Run progress: ";

  private final Consumer<String> progress;
  private final StringBuilder said = new StringBuilder();
  private String current = "";

  PartsProgress(Consumer<String> progress) {
    this.progress = progress;
  }

  /** Tells what JMH has said of the part it was at. */
  void tellAll() {
    said.toString().lines().filter(line -> !line.isBlank()).forEach(progress);
  }

  @Override
  public void startBenchmark(BenchmarkParams part) {
    current = PartFigure.name(part);
    said.setLength(0);
  }

  @Override
  public void println(String text) {
    if (text.startsWith(HOW_FAR)) {
      progress.accept(current + "; " + text.substring(HOW_FAR.length()));
    } else {
      said.append(text).append('\n');
    }
  }

  @Override
  public void print(String text) {
    said.append(text);
  }

  @Override
  public void verbosePrintln(String text) {
    said.append(text).append('\n');
  }

  @Override
  public void write(int character) {
    said.append((char) character);
  }

  @Override
  public void write(byte[] bytes) {
    said.append(new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public void iteration(BenchmarkParams part, IterationParams parameters, int iteration) {
    // Too often to tell.
  }

  @Override
  public void iterationResult(
      BenchmarkParams part, IterationParams parameters, int iteration, IterationResult result) {
    // Told with the others.
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    // Told with the others.
  }

  @Override
  public void startRun() {
    // The first part tells.
  }

  @Override
  public void endRun(Collection<RunResult> results) {
    // Who began it has them.
  }

  @Override
  public void flush() {
    // Nothing is held back.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
