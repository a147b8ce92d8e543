package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.SettledReceipt;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A finished job: its output, checked against the digest both sides signed, and the proof.
 *
 * <p>Close it when the output has been read: that frees its storage.
 */
public interface JobResult extends AutoCloseable {
  /** Returns who did the work. */
  PeerId provider();

  /** Returns the final receipt, signed by both sides and in both logs. */
  SettledReceipt receipt();

  /** Returns the time from the Ask to the verified Commit of the placement that finished. */
  Duration agreementTime();

  /** Returns the time from the Commit to the end of the output. */
  Duration runTime();

  /** Returns how often the job was placed, 1 when the first provider finished it. */
  int placements();

  /** Returns the output's length in bytes. */
  long outputBytes();

  /**
   * Opens the output from its beginning, as often as wanted; not after {@link #close}.
   *
   * @throws IOException when the disk fails
   */
  InputStream openOutput() throws IOException;

  @Override
  void close();
}
