package io.surgemesh.session;

/**
 * Notices that a silent peer is gone, by pings that stay unanswered.
 *
 * <p>Who was dialled waits a third longer than who dialled: otherwise both ends of a connection,
 * which heard from one another at about the same time, would each ping.
 */
final class YamuxKeepAlive {
  /** What is to be done when the deadline has passed. */
  enum Step {
    WAIT,
    PING,
    GIVE_UP
  }

  private static final int ACCEPTOR_PART = 3;

  private final long intervalNanos;
  private final int missedMax;
  private long deadlineNanos;
  private long heardNanos;
  private int unanswered;

  YamuxKeepAlive(boolean dialer, YamuxLimits limits, long nowNanos) {
    long nanos = limits.keepAliveNanos();
    this.intervalNanos = dialer ? nanos : nanos + nanos / ACCEPTOR_PART;
    this.missedMax = limits.keepAlivesMissed();
    this.heardNanos = nowNanos;
    this.deadlineNanos = nowNanos + intervalNanos;
  }

  /** Anything the peer sends shows that it is there. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
    unanswered = 0;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  Step onTimeout(long nowNanos) {
    if (nowNanos < deadlineNanos) {
      return Step.WAIT;
    }
    if (nowNanos - heardNanos < intervalNanos) {
      deadlineNanos = heardNanos + intervalNanos;
      return Step.WAIT;
    }
    if (unanswered == missedMax) {
      return Step.GIVE_UP;
    }
    unanswered++;
    deadlineNanos = nowNanos + intervalNanos;
    return Step.PING;
  }
}
