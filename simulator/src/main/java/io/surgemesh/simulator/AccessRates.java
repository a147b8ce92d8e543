package io.surgemesh.simulator;

/**
 * What the line between a node and the network carries in each direction.
 *
 * @param upBitsPerSecond what it sends at most; {@value #BITS_PER_SECOND_MIN} or more
 * @param downBitsPerSecond what it receives at most; {@value #BITS_PER_SECOND_MIN} or more
 */
public record AccessRates(long upBitsPerSecond, long downBitsPerSecond) {
  /** The slowest line there is. */
  public static final long BITS_PER_SECOND_MIN = 1000;

  /** A line on which sending and receiving take no time. */
  public static final AccessRates UNLIMITED = new AccessRates(Long.MAX_VALUE, Long.MAX_VALUE);

  /** Checks the ranges. */
  public AccessRates {
    if (upBitsPerSecond < BITS_PER_SECOND_MIN || downBitsPerSecond < BITS_PER_SECOND_MIN) {
      throw new IllegalArgumentException(
          "access of " + upBitsPerSecond + " bit/s up, " + downBitsPerSecond + " bit/s down");
    }
  }
}
