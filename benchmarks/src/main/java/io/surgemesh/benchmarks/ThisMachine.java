package io.surgemesh.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Names the machine and the JVM that figures were measured on. */
final class ThisMachine {
  private ThisMachine() {}

  /** Returns processor, cores, heap bound, JDK and operating system in one line. */
  static String describe() {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%s, %d cores, heap <= %,d MiB; JDK %s (%s); %s %s %s",
        processor(),
        runtime.availableProcessors(),
        runtime.maxMemory() >> 20,
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"));
  }

  private static String processor() {
    // Linux only: elsewhere Java cannot tell the model.
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("processor of unknown model");
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      return "processor of unknown model";
    }
  }
}
