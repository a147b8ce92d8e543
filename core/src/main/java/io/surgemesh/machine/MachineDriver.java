package io.surgemesh.machine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one machine on one loop: hands in inputs, performs outputs, keeps a single timer armed.
 *
 * <p>Confined to the loop. An output performed may cause a further input at once; that input is
 * taken and its outputs join the same drain, so nothing recurses. When the machine throws, or what
 * performs an output, which is a bug of ours, the driver stops for good and reports once; the owner
 * closes what hangs on it.
 *
 * @param <M> the machine's class
 * @param <O> its outputs
 */
public final class MachineDriver<M extends Machine<O>, O> {
  /** One event handed to a machine. */
  @FunctionalInterface
  public interface Input<M> {
    /** Calls one input method of {@code machine}. */
    void into(M machine, long nowNanos);
  }

  /**
   * What a driver arms on its loop; a loop that counts can tell the deadlines of machines from
   * other timers by it.
   */
  public interface Deadline extends Runnable {
    /** Returns whether the machine's deadline has come; a timer may also come too early. */
    boolean isDue();
  }

  private final class MachineDeadline implements Deadline {
    @Override
    public boolean isDue() {
      return !stopped && machine.deadlineNanos() <= loop.nowNanos();
    }

    @Override
    public void run() {
      onTimer();
    }
  }

  private final Loop loop;
  private final M machine;
  private final Consumer<? super O> performer;
  private final Consumer<? super RuntimeException> onBug;
  private final Deadline deadline = new MachineDeadline();
  private @Nullable Timer timer;
  private long armedNanos = Machine.NEVER;
  private boolean draining;
  private boolean stopped;

  /**
   * Creates a driver; nothing runs before the first input.
   *
   * @param performer performs one output, on the loop
   * @param onBug told once of an exception thrown by the machine or the performer
   */
  public MachineDriver(
      Loop loop,
      M machine,
      Consumer<? super O> performer,
      Consumer<? super RuntimeException> onBug) {
    this.loop = loop;
    this.machine = machine;
    this.performer = performer;
    this.onBug = onBug;
  }

  /** Returns the machine, for queries that change nothing. */
  public M machine() {
    return machine;
  }

  /** Hands one event to the machine and performs what follows. Ignored once stopped. */
  public void input(Input<? super M> input) {
    if (stopped) {
      return;
    }
    try {
      input.into(machine, loop.nowNanos());
      drain();
    } catch (RuntimeException bug) {
      stop();
      loop.onBug(bug);
      onBug.accept(bug);
    }
  }

  /** Drops the timer and ignores every later input. */
  public void stop() {
    stopped = true;
    disarm();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      for (O output = machine.poll(); output != null && !stopped; output = machine.poll()) {
        performer.accept(output);
      }
    } finally {
      draining = false;
    }
    if (!stopped) {
      rearm();
    }
  }

  private void rearm() {
    long deadlineNanos = machine.deadlineNanos();
    // Deadlines mostly move away, with every event: a timer that comes too early costs less than
    // arming one each time.
    if (deadlineNanos < armedNanos) {
      disarm();
      arm(deadlineNanos);
    }
  }

  private void arm(long deadlineNanos) {
    armedNanos = deadlineNanos;
    timer = loop.arm(deadlineNanos, deadline);
  }

  private void onTimer() {
    timer = null;
    armedNanos = Machine.NEVER;
    long deadlineNanos = machine.deadlineNanos();
    if (deadline.isDue()) {
      input(Machine::onTimeout);
    } else if (!stopped && deadlineNanos != Machine.NEVER) {
      arm(deadlineNanos);
    }
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    armedNanos = Machine.NEVER;
  }
}
