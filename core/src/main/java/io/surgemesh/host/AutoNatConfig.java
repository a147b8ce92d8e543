package io.surgemesh.host;

import java.time.Duration;

/**
 * When a host asks its peers whether they can dial it. Each wait is moved at random by up to a
 * fifth.
 *
 * @param first from the start to the first question
 * @param soon to the next question while not enough have answered; after each that tells nothing it
 *     doubles, up to {@code whilePrivate}
 * @param whilePrivate to the next question once it cannot be dialled; the same peer is asked again
 *     after half of it at the earliest
 * @param whilePublic to the next question once it can
 */
public record AutoNatConfig(
    Duration first, Duration soon, Duration whilePrivate, Duration whilePublic) {
  /** Checks that no wait is shorter than 10 ms. */
  public AutoNatConfig {
    if (!isLong(first) || !isLong(soon) || !isLong(whilePrivate) || !isLong(whilePublic)) {
      throw new IllegalArgumentException(
          "waits " + first + ", " + soon + ", " + whilePrivate + ", " + whilePublic);
    }
  }

  private static boolean isLong(Duration wait) {
    return wait.toMillis() >= 10;
  }

  /**
   * Returns 15 s, 15 s, 15 min and 1 h: a question costs a handshake besides, and an idle peer
   * should spend next to nothing.
   */
  public static AutoNatConfig defaults() {
    return new AutoNatConfig(
        Duration.ofSeconds(15),
        Duration.ofSeconds(15),
        Duration.ofMinutes(15),
        Duration.ofHours(1));
  }
}
