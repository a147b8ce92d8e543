package io.surgemesh.job;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls a handler once, on the user's executor, and tells how it went. */
final class HandlerCall implements Runnable {
  /**
   * How it went.
   *
   * @param output complete; null when there is none
   * @param cause why there is none
   * @param failure what was thrown; null when nothing was
   * @param cpuNanos processor time of the handler's thread
   */
  record Outcome(
      @Nullable Spooled output, CancelCause cause, @Nullable Throwable failure, long cpuNanos) {}

  private final JobHandler handler;
  private final HandlerRun run;
  private final SpoolWriter output;
  private final CpuClock cpu;
  private final Consumer<Outcome> onReturned;

  HandlerCall(
      JobHandler handler,
      HandlerRun run,
      SpoolWriter output,
      CpuClock cpu,
      Consumer<Outcome> onReturned) {
    this.handler = handler;
    this.run = run;
    this.output = output;
    this.cpu = cpu;
    this.onReturned = onReturned;
  }

  @Override
  public void run() {
    long startNanos = cpu.threadNanos();
    Spooled whole = null;
    Throwable failure = null;
    try {
      handler.run(run);
      whole = output.overflowed() ? null : output.finish();
    } catch (Throwable thrown) {
      // Errors too: whatever user code throws, its capacity must come back.
      failure = thrown;
    }
    if (whole == null) {
      output.discard();
    }
    CancelCause cause = output.overflowed() ? CancelCause.OUTPUT_TOO_LARGE : CancelCause.JOB_FAILED;
    onReturned.accept(new Outcome(whole, cause, failure, cpu.threadNanos() - startNanos));
  }
}
