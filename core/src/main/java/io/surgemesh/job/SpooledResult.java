package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.SettledReceipt;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A result whose output is in a spool. Thread-safe but for the streams it opens. */
final class SpooledResult implements JobResult {
  private final RequestorOutput.Settled settled;
  private final Spooled output;
  private final int placements;
  private final AtomicBoolean closed = new AtomicBoolean();

  SpooledResult(RequestorOutput.Settled settled, Spooled output, int placements) {
    this.settled = settled;
    this.output = output;
    this.placements = placements;
  }

  @Override
  public PeerId provider() {
    return receipt().agreement().agreement().provider();
  }

  @Override
  public SettledReceipt receipt() {
    return settled.settled();
  }

  @Override
  public Duration agreementTime() {
    return Duration.ofNanos(settled.agreementNanos());
  }

  @Override
  public Duration runTime() {
    return Duration.ofNanos(settled.runNanos());
  }

  @Override
  public int placements() {
    return placements;
  }

  @Override
  public long outputBytes() {
    return output.bytes();
  }

  @Override
  public InputStream openOutput() throws IOException {
    return output.spool().open();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      output.spool().close();
    }
  }
}
