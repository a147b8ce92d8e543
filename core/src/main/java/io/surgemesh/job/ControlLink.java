package io.surgemesh.job;

import io.surgemesh.machine.Machine;
import io.surgemesh.machine.RateLimit;
import io.surgemesh.market.Terms;

/**
 * The sequence of one control stream and, once an agreement binds, its lease: numbers both ways,
 * when to send a sign of life, and when the other side has been silent for too long.
 */
final class ControlLink {
  private static final int KEEP_ALIVES_PER_GRACE = 3;

  /** An honest side sends some fifteen a second: progress, receipts, signs of life. */
  private static final int FRAMES_PER_SECOND = 50;

  private static final int FRAMES_BURST = 512;

  private final RateLimit frames = new RateLimit(FRAMES_PER_SECOND, FRAMES_BURST);
  private long sent;
  private long received;
  private long sentNanos;
  private long heardNanos;
  private long graceNanos = Machine.NEVER;

  /** Starts the lease at {@code nowNanos}. */
  void startLease(Terms terms, long nowNanos) {
    graceNanos = terms.grace().toNanos();
    sentNanos = nowNanos;
    heardNanos = nowNanos;
  }

  /** Returns the number of the frame to send now. */
  long nextNumber(long nowNanos) {
    sentNanos = nowNanos;
    return ++sent;
  }

  /** Takes the number of a frame that came; returns false for a gap, a repetition or a flood. */
  boolean accept(long number, long nowNanos) {
    if (number != received + 1 || !frames.allows(nowNanos)) {
      return false;
    }
    received = number;
    heardNanos = nowNanos;
    return true;
  }

  /** Returns when silence ends the agreement; {@link Machine#NEVER} before there is one. */
  long silentNanos() {
    return graceNanos == Machine.NEVER ? Machine.NEVER : heardNanos + graceNanos;
  }

  /** Returns when to send a KeepAlive unless something else is sent before. */
  long keepAliveNanos() {
    return graceNanos == Machine.NEVER
        ? Machine.NEVER
        : sentNanos + graceNanos / KEEP_ALIVES_PER_GRACE;
  }
}
