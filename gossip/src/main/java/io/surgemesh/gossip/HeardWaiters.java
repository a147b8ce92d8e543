package io.surgemesh.gossip;

import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait until a board holds enough offers. Confined to the mesh loop.
 *
 * <p>At most {@value #WAITERS_MAX}; a further one is answered at once.
 */
final class HeardWaiters {
  static final int WAITERS_MAX = 1024;

  private static final class Waiter {
    private final int count;
    private final CompletableFuture<Integer> answer;
    private @Nullable Timer timer;

    Waiter(int count, CompletableFuture<Integer> answer) {
      this.count = count;
      this.answer = answer;
    }
  }

  private final Loop loop;
  private final long waitNanos;
  private final IntSupplier held;
  private final List<Waiter> waiters = new ArrayList<>();

  HeardWaiters(Loop loop, long waitNanos, IntSupplier held) {
    this.loop = loop;
    this.waitNanos = waitNanos;
    this.held = held;
  }

  void add(int count, CompletableFuture<Integer> answer) {
    if (held.getAsInt() >= count || waiters.size() >= WAITERS_MAX) {
      answer.complete(held.getAsInt());
      return;
    }
    Waiter waiter = new Waiter(count, answer);
    waiters.add(waiter);
    waiter.timer = loop.arm(loop.nowNanos() + waitNanos, () -> complete(waiter));
  }

  /** An offer was heard. */
  void onHeard() {
    if (!waiters.isEmpty()) {
      int now = held.getAsInt();
      waiters.stream().filter(waiter -> waiter.count <= now).toList().forEach(this::complete);
    }
  }

  /** Answers everyone with what there is. */
  void close() {
    List.copyOf(waiters).forEach(this::complete);
  }

  private void complete(Waiter waiter) {
    if (waiters.remove(waiter)) {
      Timer timer = waiter.timer;
      if (timer != null) {
        timer.cancel();
      }
      waiter.answer.complete(held.getAsInt());
    }
  }
}
