package io.surgemesh.machine;

import java.time.Duration;

/** A token bucket: so many events per second in the long run, so many at once. Not thread-safe. */
public final class RateLimit {
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final long nanosPerEvent;
  private final long burstNanos;
  private long spentUntilNanos;

  /**
   * Creates a full bucket.
   *
   * @param perSecond 1 or more
   * @param burst 1 or more
   */
  public RateLimit(int perSecond, int burst) {
    nanosPerEvent = SECOND_NANOS / perSecond;
    burstNanos = nanosPerEvent * burst;
  }

  /** Returns a full bucket for as many at once as there may be in a second, 1 or more. */
  public static RateLimit perSecond(int events) {
    return new RateLimit(events, events);
  }

  /** Counts one event and returns whether it is within the limit; one beyond does not count. */
  public boolean allows(long nowNanos) {
    return allows(1, nowNanos);
  }

  /**
   * Counts some events at once, such as the bytes of a message, and returns whether all of them are
   * within the limit; else none of them counts.
   *
   * @param events 0 or more
   */
  public boolean allows(int events, long nowNanos) {
    long spent = Math.max(spentUntilNanos, nowNanos) + nanosPerEvent * events;
    if (spent - nowNanos > burstNanos) {
      return false;
    }
    spentUntilNanos = spent;
    return true;
  }

  /**
   * Counts events that happened all the same. What went beyond the limit before is forgotten: the
   * next one is never further away than these take.
   *
   * @param events 0 or more
   */
  public void charge(int events, long nowNanos) {
    long spent = Math.min(Math.max(spentUntilNanos, nowNanos), nowNanos + burstNanos);
    spentUntilNanos = spent + nanosPerEvent * events;
  }

  /** Gives one event back; a full bucket stays as it is. */
  public void giveBack() {
    spentUntilNanos -= nanosPerEvent;
  }

  /** Returns whether the bucket is full, as a new one is. */
  public boolean isFull(long nowNanos) {
    return spentUntilNanos <= nowNanos;
  }

  /** Returns how many events are within the limit now. */
  public int left(long nowNanos) {
    long spentNanos = Math.max(0, spentUntilNanos - nowNanos);
    long leftNanos = Math.max(0, burstNanos - spentNanos);
    return (int) Math.min(Integer.MAX_VALUE, leftNanos / nanosPerEvent);
  }
}
