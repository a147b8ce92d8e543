package io.surgemesh.job;

/** How long the way from the final receipt to its acknowledgement may take. */
final class Settling {
  private static final long BYTES_PER_SECOND_MIN = 16 * 1024;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Settling() {}

  static long nanos(JobConfig config, long outputBytes) {
    return config.settleWithin().toNanos() + outputBytes / BYTES_PER_SECOND_MIN * NANOS_PER_SECOND;
  }
}
