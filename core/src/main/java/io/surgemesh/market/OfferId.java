package io.surgemesh.market;

import io.surgemesh.multiformats.Bytes;
import java.util.random.RandomGenerator;

/**
 * Names one standing offer of a provider through all of its versions.
 *
 * @param value {@value #SIZE_BYTES} random bytes
 */
public record OfferId(Bytes value) implements Comparable<OfferId> {
  /** The length in bytes. */
  public static final int SIZE_BYTES = 16;

  /**
   * Checks the length.
   *
   * @throws IllegalArgumentException when it is another one
   */
  public OfferId {
    Ranges.require(value.size() == SIZE_BYTES, "an offer id has " + SIZE_BYTES + " bytes");
  }

  /** Returns a new id. */
  public static OfferId random(RandomGenerator random) {
    byte[] value = new byte[SIZE_BYTES];
    random.nextBytes(value);
    return new OfferId(Bytes.of(value));
  }

  @Override
  public int compareTo(OfferId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toHex();
  }
}
