package io.surgemesh.vopr;

import io.surgemesh.machine.Loop;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * The threads of the users of all peers: whatever runs there takes some virtual time, so that
 * handlers hold what they were given for a while.
 */
final class UserThreads implements Executor {
  private static final long QUICK_NANOS = 20_000_000L;
  private static final long SLOW_NANOS = 6_000_000_000L;

  private final Loop loop;
  private final SplittableRandom random;
  private long begunNanos;

  UserThreads(Loop loop, SplittableRandom random) {
    this.loop = loop;
    this.random = random;
  }

  @Override
  public void execute(Runnable task) {
    long begin = loop.nowNanos();
    long most = random.nextInt(3) == 0 ? QUICK_NANOS : SLOW_NANOS;
    loop.arm(
        begin + random.nextLong(most),
        () -> {
          begunNanos = begin;
          task.run();
        });
  }

  /** Returns when what runs now has begun. */
  long begunNanos() {
    return begunNanos;
  }
}
