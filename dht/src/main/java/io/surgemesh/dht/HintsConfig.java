package io.surgemesh.dht;

import java.time.Duration;

/**
 * How peers tell one another who is in the mesh, so that most searches take one round trip.
 *
 * @param bytesPerSecond what each peer sends and receives for it at most, each way and headers
 *     counted, 100 to 1,000,000. What is not used is saved up for an hour, and an hour is there at
 *     the start: so a newcomer learns of all within minutes
 * @param pullInterval mean time between two requests for news, moved at random by up to a fifth; 1
 *     s to 1 h. After a request that brought much, the next follows at once
 * @param announceInterval mean time after which a peer says anew that it is there, moved likewise;
 *     1 min to 7 days. Who has not said so for three times as long is forgotten
 */
public record HintsConfig(int bytesPerSecond, Duration pullInterval, Duration announceInterval) {
  /** Of a larger mesh only about as many are known at a time: all in turn. */
  public static final int SAMPLE_PEERS = 12_288;

  private static final int BYTES_MIN = 100;
  private static final int BYTES_MAX = 1_000_000;
  private static final Duration PULL_MIN = Duration.ofSeconds(1);
  private static final Duration PULL_MAX = Duration.ofHours(1);
  private static final Duration ANNOUNCE_MIN = Duration.ofMinutes(1);
  private static final Duration ANNOUNCE_MAX = Duration.ofDays(7);

  /** How much of the budget is saved up. */
  private static final int SAVED_SECONDS = 3600;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public HintsConfig {
    if (bytesPerSecond < BYTES_MIN || bytesPerSecond > BYTES_MAX) {
      throw new IllegalArgumentException("bytesPerSecond out of range: " + bytesPerSecond);
    }
    requireTime(pullInterval, PULL_MIN, PULL_MAX, "pullInterval");
    requireTime(announceInterval, ANNOUNCE_MIN, ANNOUNCE_MAX, "announceInterval");
  }

  /**
   * Returns 625 bytes (5 kbit) a second, news every 10 s, and a new word every 4 h: enough for all
   * of some 12,000 peers that stay for three hours each.
   */
  public static HintsConfig defaults() {
    return new HintsConfig(625, Duration.ofSeconds(10), Duration.ofHours(4));
  }

  /** Returns this with another budget. */
  public HintsConfig withBytesPerSecond(int other) {
    return new HintsConfig(other, pullInterval, announceInterval);
  }

  /** Returns this with another time between requests for news. */
  public HintsConfig withPullInterval(Duration other) {
    return new HintsConfig(bytesPerSecond, other, announceInterval);
  }

  /** Returns this with another time after which a peer says anew that it is there. */
  public HintsConfig withAnnounceInterval(Duration other) {
    return new HintsConfig(bytesPerSecond, pullInterval, other);
  }

  /** Returns how many bytes may be used at once. */
  int burstBytes() {
    return bytesPerSecond * Math.min(SAVED_SECONDS, Integer.MAX_VALUE / bytesPerSecond);
  }

  private static void requireTime(Duration value, Duration min, Duration max, String name) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }
}
