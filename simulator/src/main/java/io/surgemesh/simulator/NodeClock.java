package io.surgemesh.simulator;

import java.time.Duration;
import java.time.Instant;

/**
 * One node's clocks, which may be wrong: the wall clock, and the monotonic clock of its loop.
 *
 * <p>Both are driven by one crystal, so both drift alike; only the wall clock can be set. The
 * monotonic clock never goes back, and timers fire at the first moment at which it shows their
 * deadline. A node that crashes and comes back has the same clocks. May be used between runs and
 * inside of them; confined to the thread of the network.
 */
public final class NodeClock {
  /** The most that the crystal may be off either way, in parts per million. */
  public static final int DRIFT_PPM_MAX = 100_000;

  /** The most that the wall clock can be set away from virtual time, either way. */
  public static final Duration OFFSET_MAX = Duration.ofDays(3650);

  private final VirtualTime time;
  private VirtualLoop loop;
  private ClockLine monotonic = ClockLine.TRUE;
  private ClockLine wall = ClockLine.TRUE;

  NodeClock(VirtualLoop loop) {
    this.time = loop.time();
    this.loop = loop;
  }

  /** Ticks on for the loop of the same node's next life. */
  void moveTo(VirtualLoop next) {
    loop = next;
  }

  /** Returns the time of the monotonic clock. */
  long nowNanos() {
    return monotonic.at(time.nowNanos());
  }

  /** Returns what the wall clock shows from now on as long as nobody touches it. */
  ClockLine wall() {
    return wall;
  }

  /** Returns the time of the wall clock. */
  Instant wallNow() {
    return VirtualTime.EPOCH.plusNanos(wall.at(time.nowNanos()));
  }

  /** Returns the first moment of virtual time at which the monotonic clock shows so much. */
  long virtualNanos(long nodeNanos) {
    return monotonic.reaches(nodeNanos);
  }

  /**
   * Sets the wall clock to differ from virtual time by so much; drift adds to it from there on.
   *
   * @param offset positive when the clock is fast; up to {@link #OFFSET_MAX} either way
   * @throws IllegalArgumentException when out of range
   */
  public NodeClock skew(Duration offset) {
    return setWall(time.nowNanos(), offset);
  }

  /**
   * Moves the wall clock, as whoever sets it right would.
   *
   * @param forward negative to go back
   * @throws IllegalArgumentException when it would then differ from virtual time by more than
   *     {@link #OFFSET_MAX}
   */
  public NodeClock step(Duration forward) {
    return setWall(wall.at(time.nowNanos()), forward);
  }

  private NodeClock setWall(long fromNanos, Duration forward) {
    long nowNanos = time.nowNanos();
    Duration offset = Duration.ofNanos(fromNanos - nowNanos).plus(forward);
    if (offset.abs().compareTo(OFFSET_MAX) > 0) {
      throw new IllegalArgumentException("wall clock off by " + offset);
    }
    wall = wall.withShown(nowNanos, nowNanos + offset.toNanos());
    return this;
  }

  /**
   * Lets both clocks gain from now on, or lose.
   *
   * <p>Timers that are armed already move along, which takes a walk through all pending events of
   * the network unless the node never armed one.
   *
   * @param ppm parts per million, negative to lose; up to {@value #DRIFT_PPM_MAX} either way
   * @throws IllegalArgumentException when out of range
   */
  public NodeClock drift(int ppm) {
    if (Math.abs(ppm) > DRIFT_PPM_MAX) {
      throw new IllegalArgumentException("drift of " + ppm + " ppm");
    }
    long nowNanos = time.nowNanos();
    wall = wall.withRate(nowNanos, ClockLine.RATE_TRUE + ppm);
    monotonic = monotonic.withRate(nowNanos, ClockLine.RATE_TRUE + ppm);
    loop.onClockChanged();
    return this;
  }

  /** Lets the monotonic clock stand still until a moment of virtual time. */
  void standUntil(long untilNanos) {
    monotonic = monotonic.standingUntil(time.nowNanos(), untilNanos);
    loop.onClockChanged();
  }
}
