package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import java.time.Duration;

/**
 * How busy a provider is.
 *
 * @param cpuBusyPermille share of the processor in use, 0 to 1,000
 * @param memoryBusyPermille share of the memory in use, 0 to 1,000
 * @param queueLength jobs that wait, 0 to 1,000,000
 * @param startDelay expected wait before a new job starts, in whole milliseconds up to a day
 */
public record Load(
    int cpuBusyPermille, int memoryBusyPermille, int queueLength, Duration startDelay) {
  /** Nothing to do. */
  public static final Load IDLE = new Load(0, 0, 0, Duration.ZERO);

  /**
   * Checks the ranges and cuts the delay to whole milliseconds.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Load {
    Ranges.require(cpuBusyPermille, 0, 1000, "cpuBusyPermille");
    Ranges.require(memoryBusyPermille, 0, 1000, "memoryBusyPermille");
    Ranges.require(queueLength, 0, 1_000_000, "queueLength");
    startDelay = Spans.millis(startDelay, Duration.ZERO, Duration.ofDays(1), "startDelay");
  }

  io.surgemesh.wire.pb.Load toMessage() {
    return io.surgemesh.wire.pb.Load.newBuilder()
        .setCpuBusyPermille(cpuBusyPermille)
        .setMemoryBusyPermille(memoryBusyPermille)
        .setQueueLength(queueLength)
        .setStartDelayMillis((int) startDelay.toMillis())
        .build();
  }

  static Load fromMessage(io.surgemesh.wire.pb.Load message) throws MalformedMessageException {
    return Decoding.value(
        () ->
            new Load(
                message.getCpuBusyPermille(),
                message.getMemoryBusyPermille(),
                message.getQueueLength(),
                Spans.ofUnsignedMillis(message.getStartDelayMillis())));
  }
}
