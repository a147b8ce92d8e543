package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running peer, which tells one JSON object a line. */
final class PeerProcess implements Closeable {
  private static final long STEP_SECONDS = 180;
  private static final long END_SECONDS = 5;

  private final String name;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private PeerProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    Thread reader = new Thread(this::read, "peer-output");
    reader.setDaemon(true);
    reader.start();
  }

  static PeerProcess start(PeerProgram program, String... arguments) throws IOException {
    return new PeerProcess(program.name(), program.process(arguments).start());
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException ended) {
      // The end says as much.
    }
    lines.add("{\"event\":\"ended\"}");
  }

  /**
   * Returns the next event of that name; others before it are skipped.
   *
   * @throws IOException when the process fails, ends or is silent instead
   */
  JsonObject await(String event) throws IOException {
    try {
      for (String line = next(); line != null; line = next()) {
        JsonObject told = JsonParser.parseString(line).getAsJsonObject();
        String what = told.get("event").getAsString();
        if (what.equals(event)) {
          return told;
        }
        if (what.equals("failed") || what.equals("ended")) {
          throw new IOException(name + " " + line);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new IOException(name + " told nothing of " + event);
  }

  /** Forgets what was told and not yet asked for, but that it has ended. */
  void skip() {
    lines.removeIf(line -> !line.contains("\"ended\"") && !line.contains("\"failed\""));
  }

  /** Returns the events of that name told so far; others are forgotten, but that it has ended. */
  List<JsonObject> told(String event) {
    List<JsonObject> told =
        lines.stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .filter(one -> one.get("event").getAsString().equals(event))
            .toList();
    skip();
    return told;
  }

  private @Nullable String next() throws InterruptedException {
    return lines.poll(STEP_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns how much processor time it has used; zero where the system does not tell. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Ends it at once. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
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
