package io.surgemesh.session;

/**
 * Notices that a silent peer is gone, by pings that stay unanswered.
 *
 * <p>Who was dialled waits a third longer than who dialled before the first ping: otherwise both
 * ends of a connection, which heard from one another at about the same time, would each ping. Its
 * pings follow one another faster by as much, so that both give up at the same time after the
 * peer's last word: an interval for each ping and one before the first.
 */
final class YamuxKeepAlive {
  /** What is to be done when the deadline has passed. */
  enum Step {
    WAIT,
    PING,
    GIVE_UP
  }

  private static final int ACCEPTOR_PART = 3;

  /**
   * Of the time between two pings, what the peer has to answer even when our own timer was late.
   */
  private static final int ANSWER_PART = 2;

  private final long firstNanos;
  private final long againNanos;
  private final int missedMax;
  private long deadlineNanos;
  private long heardNanos;
  private int unanswered;

  YamuxKeepAlive(boolean dialer, YamuxLimits limits, long nowNanos) {
    long nanos = limits.keepAliveNanos();
    this.missedMax = limits.keepAlivesMissed();
    this.firstNanos = dialer ? nanos : nanos + nanos / ACCEPTOR_PART;
    this.againNanos = missedMax == 0 ? 0 : (nanos * (missedMax + 1) - firstNanos) / missedMax;
    this.heardNanos = nowNanos;
    this.deadlineNanos = nowNanos + firstNanos;
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
    long dueNanos = heardNanos + firstNanos + unanswered * againNanos;
    if (nowNanos < dueNanos) {
      deadlineNanos = dueNanos;
      return Step.WAIT;
    }
    if (unanswered == missedMax) {
      return Step.GIVE_UP;
    }
    unanswered++;
    // By the peer's last word, so that late timers do not add up; but it gets time to answer.
    deadlineNanos =
        Math.max(
            heardNanos + firstNanos + unanswered * againNanos, nowNanos + againNanos / ANSWER_PART);
    return Step.PING;
  }
}
