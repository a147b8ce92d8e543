package io.surgemesh.session;

/** Notices that a silent peer is gone, by pings that stay unanswered. */
final class YamuxKeepAlive {
  /** What is to be done when the deadline has passed. */
  enum Step {
    WAIT,
    PING,
    GIVE_UP
  }

  private final long intervalNanos;
  private final int missedMax;
  private long deadlineNanos;
  private long heardNanos;
  private int unanswered;

  YamuxKeepAlive(YamuxLimits limits, long nowNanos) {
    this.intervalNanos = limits.keepAliveNanos();
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
