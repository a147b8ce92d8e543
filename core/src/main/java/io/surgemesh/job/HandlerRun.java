package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Task;
import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/** One run of a handler: what it sees, and what it leaves behind. */
final class HandlerRun implements JobRun {
  private final Bytes agreementId;
  private final PeerId requestor;
  private final Task task;
  private final Spooled input;
  private final SpoolWriter output;
  private final IntConsumer onProgress;
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile int permille;
  private volatile boolean cancelled;

  /**
   * Creates a run.
   *
   * @param onProgress takes the latest progress, on any thread; not called again before {@link
   *     #progressTaken}
   */
  HandlerRun(
      Bytes agreementId,
      PeerId requestor,
      Task task,
      Spooled input,
      SpoolWriter output,
      IntConsumer onProgress) {
    this.agreementId = agreementId;
    this.requestor = requestor;
    this.task = task;
    this.input = input;
    this.output = output;
    this.onProgress = onProgress;
  }

  void cancel() {
    cancelled = true;
  }

  /** Returns the latest progress; a further one may be told from now on. */
  int progressTaken() {
    telling.set(false);
    return permille;
  }

  @Override
  public Bytes agreementId() {
    return agreementId;
  }

  @Override
  public PeerId requestor() {
    return requestor;
  }

  @Override
  public Bytes arguments() {
    return task.arguments();
  }

  @Override
  public long inputBytes() {
    return input.bytes();
  }

  @Override
  public InputStream input() throws IOException {
    return input.spool().open();
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void progress(int now) {
    permille = now;
    if (telling.compareAndSet(false, true)) {
      onProgress.accept(now);
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }
}
