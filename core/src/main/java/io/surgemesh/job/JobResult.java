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

  /** Returns from the first Ask to the provider's Commit. */
  Duration agreementTime();

  /** Returns from Commit to the verified output. */
  Duration runTime();

  /** Returns how often the job was placed, 1 when the first provider finished it. */
  int placements();

  /** Returns the output's length in bytes. */
  long outputBytes();

  /** Opens the output from its beginning. */
  InputStream openOutput() throws IOException;

  @Override
  void close();
}
