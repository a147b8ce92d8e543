package io.surgemesh.market;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multihash;
import java.nio.charset.StandardCharsets;

/**
 * Something a peer can be found by in the DHT: one bucket of one dimension.
 *
 * @param dimension such as {@code cpu}, {@code memory} or {@code topic}
 * @param bucket floor(log2(value)) in decimal; for the dimension {@code topic} the topic's name
 */
public record Capability(String dimension, String bucket) {
  /** The dimension of the peers of a topic. */
  public static final String TOPIC = "topic";

  /** Returns the capability of hearing a topic. */
  public static Capability topic(String topic) {
    return new Capability(TOPIC, topic);
  }

  /**
   * Returns the bucket of a dimension that a value is in.
   *
   * @param value 1 or more, in the dimension's unit
   * @throws IllegalArgumentException when it is less
   */
  public static Capability of(String dimension, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("value out of range: " + value);
    }
    return new Capability(
        dimension, Integer.toString(Long.SIZE - 1 - Long.numberOfLeadingZeros(value)));
  }

  /** Returns the DHT key: a sha2-256 multihash, 34 bytes. */
  public Bytes key(MeshName mesh) {
    String text = "surgemesh-capability/" + mesh.value() + "/" + dimension + "/" + bucket;
    return Bytes.of(Multihash.sha256(text.getBytes(StandardCharsets.UTF_8)).encode());
  }
}
