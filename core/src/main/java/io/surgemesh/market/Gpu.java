package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;

/**
 * Graphics processors of one model.
 *
 * @param model 1 to 64 bytes
 * @param memoryBytes of each, 0 to 2^50
 * @param count 1 to 1,024
 */
public record Gpu(String model, long memoryBytes, int count) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Gpu {
    Ranges.require(!model.isEmpty(), "GPU model is empty");
    Ranges.requireLabel(model, 64, "GPU model");
    Ranges.require(memoryBytes, 0, Ranges.BYTES_MAX, "GPU memoryBytes");
    Ranges.require(count, 1, 1024, "GPU count");
  }

  io.surgemesh.wire.pb.Gpu toMessage() {
    return io.surgemesh.wire.pb.Gpu.newBuilder()
        .setModel(model)
        .setMemoryBytes(memoryBytes)
        .setCount(count)
        .build();
  }

  static Gpu fromMessage(io.surgemesh.wire.pb.Gpu message) throws MalformedMessageException {
    return Decoding.value(
        () -> new Gpu(message.getModel(), message.getMemoryBytes(), message.getCount()));
  }
}
