package io.surgemesh.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A running peer of another implementation, read as events: one JSON object a line. */
final class PeerProcess implements AutoCloseable {
  private static final long STEP_SECONDS = 60;
  private static final long STOP_SECONDS = 10;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private PeerProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "peer-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a command of the peer's program; its errors go to the test's own. */
  static PeerProcess start(ForeignPeer peer, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(peer.program());
    command.addAll(List.of(arguments));
    try {
      return new PeerProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
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
      lines.add("{\"event\":\"failed\",\"error\":\"it ended\"}");
    } catch (IOException ended) {
      lines.add("{\"event\":\"failed\",\"error\":\"its output broke\"}");
    }
  }

  /** Sends one line to the peer's program. */
  void say(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Returns the line of the next event of that name; others before it are skipped. */
  String await(String event) {
    List<String> before = new ArrayList<>();
    try {
      for (String line = next(); line != null; line = next()) {
        if (isEvent(line, event)) {
          return line;
        }
        before.add(line);
        if (isEvent(line, "failed")) {
          break;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("no event " + event + " but " + before);
  }

  private static boolean isEvent(String line, String event) {
    return line.contains("\"event\":\"" + event + "\"");
  }

  private String next() throws InterruptedException {
    return lines.poll(STEP_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
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
