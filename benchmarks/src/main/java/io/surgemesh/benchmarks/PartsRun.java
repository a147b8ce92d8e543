package io.surgemesh.benchmarks;

import io.surgemesh.parts.NoiseRecords;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One run of the parts under JMH.
 *
 * @param only a regular expression found in the name of each part to run; empty for all
 * @param forks JVMs per part and case; 0 measures in this one, as a test of the parts
 * @param iteration how long one of the {@value #WARMUPS} and {@value #MEASURED} iterations takes
 * @param progress told what is being measured
 */
record PartsRun(String only, int forks, Duration iteration, Consumer<String> progress) {
  private static final int WARMUPS = 3;
  private static final int MEASURED = 5;
  private static final Duration ITERATION = Duration.ofSeconds(1);

  PartsRun(String only, int forks, Consumer<String> progress) {
    this(only, forks, ITERATION, progress);
  }

  /**
   * Returns the figures, by name.
   *
   * @throws RunnerException when no part has such a name, or one fails
   */
  List<PartFigure> run() throws RunnerException {
    TimeValue time = TimeValue.milliseconds(iteration.toMillis());
    Options options =
        new OptionsBuilder()
            .include(Pattern.quote(NoiseRecords.class.getPackageName() + ".") + ".*" + only)
            .forks(forks)
            .warmupIterations(WARMUPS)
            .warmupTime(time)
            .measurementIterations(MEASURED)
            .measurementTime(time)
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .build();
    PartsProgress output = new PartsProgress(progress);
    try {
      return new Runner(options, output).run().stream().map(PartFigure::of).toList();
    } catch (RunnerException failed) {
      output.tellAll();
      throw failed;
    }
  }
}
