package io.surgemesh.hostbench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Builds the peers of other implementations by the script that the interop tests use too. */
final class PeerBuilds {
  private final Path script;
  private final Consumer<String> progress;

  /**
   * Creates the builder.
   *
   * @param root of the repository
   */
  PeerBuilds(Path root, Consumer<String> progress) {
    this.script = root.resolve("interop").resolve("peers").resolve("build").toAbsolutePath();
    this.progress = progress;
  }

  /** Returns what could be built of these names; what could not is told, with the reason. */
  List<PeerProgram> build(List<String> names) {
    List<PeerProgram> programs = new ArrayList<>();
    for (String name : names) {
      progress.accept("building " + name);
      try {
        programs.add(new PeerProgram(name, List.of(build(name))));
      } catch (IOException missing) {
        progress.accept("NOT RUN: " + name + " (" + missing.getMessage() + ")");
      }
    }
    return programs;
  }

  /** The script prints the program's path, and why it could not be built to our errors. */
  private String build(String name) throws IOException {
    Process process =
        new ProcessBuilder(script.toString(), name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String path =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0 || path.isEmpty()) {
        throw new IOException("not built, see above");
      }
      return path;
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
