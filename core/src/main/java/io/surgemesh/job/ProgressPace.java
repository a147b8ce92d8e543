package io.surgemesh.job;

import io.surgemesh.machine.Machine;

/** When to tell the requestor how far the job is: at once the first time, then not too often. */
final class ProgressPace {
  private static final long INTERVAL_NANOS = 250_000_000L;
  private static final int PERMILLE_MAX = 1000;

  private int permille;
  private long inputBytes;
  private long dueNanos = Machine.NEVER;
  private long earliestNanos;

  void permille(int now, long nowNanos) {
    int further = Math.min(PERMILLE_MAX, Math.max(permille, now));
    if (further > permille) {
      permille = further;
      changed(nowNanos);
    }
  }

  void inputBytes(long now, long nowNanos) {
    if (now > inputBytes) {
      inputBytes = now;
      changed(nowNanos);
    }
  }

  private void changed(long nowNanos) {
    dueNanos = Math.min(dueNanos, Math.max(nowNanos, earliestNanos));
  }

  /** Returns when to send; {@link Machine#NEVER} when there is nothing new. */
  long dueNanos() {
    return dueNanos;
  }

  Control.Progress take(long nowNanos) {
    dueNanos = Machine.NEVER;
    earliestNanos = nowNanos + INTERVAL_NANOS;
    return new Control.Progress(permille, inputBytes);
  }
}
