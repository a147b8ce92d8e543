package io.surgemesh.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of {@code peers/js} running in Node, read as events: one JSON object a line. */
final class JsPeer implements AutoCloseable {
  private static final Path SOURCES = Path.of("peers", "js");
  private static final Path COPY = Path.of("target", "peers", "js");
  private static final long STEP_SECONDS = 30;
  private static final long INSTALL_SECONDS = 180;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private JsPeer(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "js-peer-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Installs the packages named in the lock file into a copy; returns why not, empty when it did.
   */
  static String install() {
    try {
      Files.createDirectories(COPY);
      try (Stream<Path> files = Files.list(SOURCES)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path target = COPY.resolve(Objects.requireNonNull(file.getFileName()).toString());
          Files.write(target, Files.readAllBytes(file));
        }
      }
      Process npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
              .directory(COPY.toFile())
              .redirectErrorStream(true)
              .redirectOutput(COPY.resolve("npm.log").toFile())
              .start();
      if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
        npm.destroyForcibly();
        return "npm ci did not end";
      }
      return npm.exitValue() == 0 ? "" : "npm ci failed, see " + COPY.resolve("npm.log");
    } catch (IOException missing) {
      return "no npm: " + missing.getMessage();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** Starts a program; its errors go to the test's own. */
  static JsPeer start(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", "--import", "./poly.mjs", program));
    command.addAll(List.of(arguments));
    try {
      return new JsPeer(
          new ProcessBuilder(command)
              .directory(COPY.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException ended) {
      lines.add("{\"event\":\"broken\"}");
    }
  }

  /** Returns the line of the next event of that name; others before it are skipped. */
  String await(String event) {
    try {
      for (String line = next(); line != null; line = next()) {
        if (line.contains("\"event\":\"" + event + "\"")) {
          return line;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("no event " + event);
  }

  private String next() throws InterruptedException {
    return lines.poll(STEP_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STEP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException gone) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
