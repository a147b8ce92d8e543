package io.surgemesh.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory, deleted when closed, and on Ctrl-C. */
final class Scratch implements AutoCloseable {
  private final Path directory;

  Scratch(String prefix) throws IOException {
    directory = Files.createTempDirectory(prefix);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "surge-scratch"));
  }

  Path directory() {
    return directory;
  }

  @Override
  public synchronized void close() {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(directory)) {
      List<Path> deepestFirst = inside.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | java.io.UncheckedIOException failure) {
      System.err.println("surge: could not delete " + directory + ": " + failure.getMessage());
    }
  }
}
