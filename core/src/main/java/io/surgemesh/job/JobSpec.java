package io.surgemesh.job;

import io.surgemesh.market.Requirements;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;

/**
 * One unit of work to be placed at one provider.
 *
 * @param arguments opaque bytes for the handler, at most {@value #ARGUMENTS_BYTES_MAX}
 * @param input what the handler reads; at most 2^50 bytes
 * @param requirements what the provider must offer: runtime, resources, price bounds
 * @param outputBytesMax the longest output accepted, at most 2^50
 * @param runTimeMax from the agreement to the final receipt; 1 ms to 7 days
 * @param deadline from submission to the result, all placements included; 1 ms to 365 days
 * @param placementsMax how often the job may be placed before it fails, 1 to 100
 * @param repeatable whether another provider may run it again
 */
public record JobSpec(
    Bytes arguments,
    JobInput input,
    Requirements requirements,
    long outputBytesMax,
    Duration runTimeMax,
    Duration deadline,
    int placementsMax,
    boolean repeatable) {
  /** The longest arguments, in bytes. */
  public static final int ARGUMENTS_BYTES_MAX = 16 * 1024;

  /** The longest input and output, in bytes: 2^50. */
  public static final long BYTES_MAX = 1L << 50;

  /** The longest deadline. */
  public static final Duration DEADLINE_MAX = Duration.ofDays(365);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public JobSpec {
    require(arguments.size() <= ARGUMENTS_BYTES_MAX, "arguments bytes", arguments.size());
    require(isLength(input.bytes()), "input bytes", input.bytes());
    require(isLength(outputBytesMax), "outputBytesMax", outputBytesMax);
    require(isBetween(runTimeMax, Terms.RUN_MAX), "runTimeMax", runTimeMax);
    require(isBetween(deadline, DEADLINE_MAX), "deadline", deadline);
    require(placementsMax >= 1 && placementsMax <= 100, "placementsMax", placementsMax);
  }

  /** Returns a repeatable job with no arguments and the usual bounds. */
  public static JobSpec of(JobInput input, Requirements requirements) {
    return new JobSpec(
        Bytes.EMPTY,
        input,
        requirements,
        64L << 20,
        Duration.ofMinutes(10),
        Duration.ofMinutes(30),
        10,
        true);
  }

  /** Returns this job with other arguments. */
  public JobSpec withArguments(Bytes other) {
    return new JobSpec(
        other,
        input,
        requirements,
        outputBytesMax,
        runTimeMax,
        deadline,
        placementsMax,
        repeatable);
  }

  /** Returns this job with another bound on its output. */
  public JobSpec withOutputBytesMax(long other) {
    return new JobSpec(
        arguments, input, requirements, other, runTimeMax, deadline, placementsMax, repeatable);
  }

  /** Returns this job with another deadline. */
  public JobSpec withDeadline(Duration other) {
    return new JobSpec(
        arguments,
        input,
        requirements,
        outputBytesMax,
        runTimeMax,
        other,
        placementsMax,
        repeatable);
  }

  private static boolean isLength(long bytes) {
    return bytes >= 0 && bytes <= BYTES_MAX;
  }

  private static boolean isBetween(Duration span, Duration max) {
    return span.compareTo(Duration.ofMillis(1)) >= 0 && span.compareTo(max) <= 0;
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }
}
