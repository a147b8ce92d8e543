package io.surgemesh.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Another implementation, built once from {@code peers} by its own tools. */
enum ForeignPeer {
  GO,
  RUST,
  JS;

  /** From nothing, with another build beside it, rust takes the longest. */
  private static final long BUILD_MINUTES = 15;

  private static final Map<ForeignPeer, Built> BUILT = new ConcurrentHashMap<>();

  /** What came of building a peer: its program's path, or why there is none. */
  private record Built(String program, String missing) {}

  /**
   * Returns the path of the peer's program, building it at the first call.
   *
   * <p>When it cannot be built, says so and aborts the test.
   */
  String program() {
    Built built = BUILT.computeIfAbsent(this, ForeignPeer::build);
    Assumptions.assumeTrue(built.missing.isEmpty(), built.missing);
    return built.program;
  }

  private static Built build(ForeignPeer peer) {
    String name = peer.name().toLowerCase(Locale.ROOT);
    try {
      Path target = Files.createDirectories(Path.of("target", "peers"));
      Path out = target.resolve(name + ".out");
      Path err = target.resolve(name + ".err");
      Process build =
          new ProcessBuilder("bash", Path.of("peers", "build").toString(), name)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        build.descendants().forEach(ProcessHandle::destroyForcibly);
        build.destroyForcibly();
        return missing(name, "its build did not end");
      }
      return build.exitValue() == 0 ? new Built(lastLine(out), "") : missing(name, lastLine(err));
    } catch (IOException failed) {
      return missing(name, "no bash: " + failed.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return missing(name, "interrupted");
    }
  }

  private static Built missing(String name, String reason) {
    System.err.println("NOT RUN: " + name + "-libp2p (" + reason + ")");
    return new Built("", reason);
  }

  private static String lastLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    return lines.isEmpty() ? "no word" : lines.get(lines.size() - 1);
  }
}
