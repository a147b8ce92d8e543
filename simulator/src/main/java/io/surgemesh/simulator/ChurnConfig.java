package io.surgemesh.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How peers come and go.
 *
 * @param sessionMean how long a peer stays up on average; at least 1 ms
 * @param downtimeMean how long it is down on average, exponentially spread; at least 1 ms
 * @param sessions how session lengths are spread
 * @param stable indexes of peers that never go
 * @param tornPercent of all crashes, those that tear the write under way; 0 to 100
 * @param lostPercent of all crashes, those that lose the disk; both together at most 100
 */
public record ChurnConfig(
    Duration sessionMean,
    Duration downtimeMean,
    SessionLength sessions,
    List<Integer> stable,
    int tornPercent,
    int lostPercent) {
  private static final Duration MEAN_MIN = Duration.ofMillis(1);

  /** Checks the ranges. */
  public ChurnConfig {
    if (sessionMean.compareTo(MEAN_MIN) < 0 || downtimeMean.compareTo(MEAN_MIN) < 0) {
      throw new IllegalArgumentException("means of " + sessionMean + " and " + downtimeMean);
    }
    if (tornPercent < 0 || lostPercent < 0 || tornPercent + lostPercent > 100) {
      throw new IllegalArgumentException(tornPercent + " % torn, " + lostPercent + " % lost");
    }
    stable = List.copyOf(stable);
  }

  /** Returns exponential sessions of every peer, whose disks are all kept. */
  public static ChurnConfig of(Duration sessionMean, Duration downtimeMean) {
    return new ChurnConfig(sessionMean, downtimeMean, SessionLength.EXPONENTIAL, List.of(), 0, 0);
  }

  /** Returns the same with sessions spread otherwise. */
  public ChurnConfig withSessions(SessionLength other) {
    return new ChurnConfig(sessionMean, downtimeMean, other, stable, tornPercent, lostPercent);
  }

  /** Returns the same in which exactly these peers never go. */
  public ChurnConfig withStable(int... indexes) {
    List<Integer> others = new ArrayList<>();
    for (int index : indexes) {
      others.add(index);
    }
    return new ChurnConfig(sessionMean, downtimeMean, sessions, others, tornPercent, lostPercent);
  }

  /** Returns the same in which so many of a hundred crashes tear a write or lose the disk. */
  public ChurnConfig withDiskFaults(int torn, int lost) {
    return new ChurnConfig(sessionMean, downtimeMean, sessions, stable, torn, lost);
  }
}
