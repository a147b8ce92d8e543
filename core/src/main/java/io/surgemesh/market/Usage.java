package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;

/**
 * What a job has used since its Commit; cumulative, so no later one is smaller anywhere.
 *
 * @param runNanos wall time for which the job held its resources
 * @param cpuNanos processor time; told, not billed, since the requestor cannot check it
 * @param inputBytes input moved
 * @param outputBytes output moved
 */
public record Usage(long runNanos, long cpuNanos, long inputBytes, long outputBytes) {
  /** Nothing used yet. */
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  /**
   * Checks the ranges: none is negative.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Usage {
    Ranges.require(runNanos, 0, Long.MAX_VALUE, "runNanos");
    Ranges.require(cpuNanos, 0, Long.MAX_VALUE, "cpuNanos");
    Ranges.require(inputBytes, 0, Ranges.BYTES_MAX, "inputBytes");
    Ranges.require(outputBytes, 0, Ranges.BYTES_MAX, "outputBytes");
  }

  /** Returns whether nothing in this is less than in {@code earlier}. */
  public boolean covers(Usage earlier) {
    return runNanos >= earlier.runNanos
        && cpuNanos >= earlier.cpuNanos
        && inputBytes >= earlier.inputBytes
        && outputBytes >= earlier.outputBytes;
  }

  io.surgemesh.wire.pb.Usage toMessage() {
    return io.surgemesh.wire.pb.Usage.newBuilder()
        .setRunNanos(runNanos)
        .setCpuNanos(cpuNanos)
        .setInputBytes(inputBytes)
        .setOutputBytes(outputBytes)
        .build();
  }

  static Usage fromMessage(io.surgemesh.wire.pb.Usage message) throws MalformedMessageException {
    return Decoding.value(
        () ->
            new Usage(
                message.getRunNanos(),
                message.getCpuNanos(),
                message.getInputBytes(),
                message.getOutputBytes()));
  }
}
