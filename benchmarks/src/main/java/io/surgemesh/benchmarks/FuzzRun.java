package io.surgemesh.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What came of fuzzing one target in a process of its own.
 *
 * @param target the target's name
 * @param runs inputs tried
 * @param newInputs inputs that reached something new, kept for the next time
 * @param findings files of inputs that the target threw for, also those of earlier times
 * @param failure empty, or why the process did not do its work
 */
record FuzzRun(String target, long runs, long newInputs, List<Path> findings, String failure) {
  private static final Pattern RUNS =
      Pattern.compile("stat::number_of_executed_units: *(\\d+)|^#(\\d+)\\s", Pattern.MULTILINE);
  private static final Pattern NEW_INPUTS = Pattern.compile("stat::new_units_added: *(\\d+)");
  private static final Pattern FINDING = Pattern.compile("(crash|timeout|oom|leak|slow)-.*");
  private static final int STARTING_SECONDS_MAX = 120;

  /** Fuzzes {@code target} for some seconds, keeping what is found under {@code folder}. */
  static FuzzRun of(FuzzTarget target, Path folder, long seconds)
      throws IOException, InterruptedException {
    Path kept = Files.createDirectories(folder.resolve(target.name()));
    Path corpus = Files.createDirectories(kept.resolve("corpus"));
    Path log = kept.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dio.surgemesh.nativeCrypto=false",
                "-cp",
                target.testClasses() + File.pathSeparator + System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.className(),
                "--instrumentation_includes=io.surgemesh.**",
                "--custom_hook_includes=io.surgemesh.**",
                "--reproducer_path=" + kept,
                corpus.toString(),
                target.seeds().toString(),
                "-artifact_prefix=" + kept + File.separator,
                "-max_total_time=" + seconds,
                "-timeout=20",
                "-rss_limit_mb=4096",
                "-print_final_stats=1")
            .directory(kept.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      boolean ended = process.waitFor(seconds + STARTING_SECONDS_MAX, TimeUnit.SECONDS);
      return read(target, kept, log, ended ? process.exitValue() : -1);
    } finally {
      process.destroyForcibly();
    }
  }

  private static FuzzRun read(FuzzTarget target, Path kept, Path log, int exitCode)
      throws IOException {
    // What a target throws may quote its input.
    String text = Files.readString(log, StandardCharsets.ISO_8859_1);
    List<Path> findings = findings(kept);
    String failure =
        exitCode == 0 || !findings.isEmpty() ? "" : "ended with " + exitCode + ", see " + log;
    return new FuzzRun(target.name(), last(RUNS, text), last(NEW_INPUTS, text), findings, failure);
  }

  private static List<Path> findings(Path kept) throws IOException {
    try (Stream<Path> files = Files.list(kept)) {
      return files
          .filter(file -> FINDING.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  private static long last(Pattern pattern, String text) {
    long value = 0;
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      String number = matcher.group(matcher.groupCount());
      value = Long.parseLong(number == null ? matcher.group(1) : number);
    }
    return value;
  }

  /** Returns whether this run is one to look at. */
  boolean isBad() {
    return !findings.isEmpty() || !failure.isEmpty();
  }
}
