package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a {@link JobHandler} sees of the job it runs. Confined to the handler's thread, except
 * {@link #progress} and {@link #isCancelled}.
 */
public interface JobRun {
  /** Returns the agreement under which the job runs, 32 bytes. */
  Bytes agreementId();

  /** Returns who asked for the job. */
  PeerId requestor();

  /** Returns the requestor's arguments, at most 16 KiB; their meaning is the handler's. */
  Bytes arguments();

  /** Returns the length of the whole input in bytes. */
  long inputBytes();

  /** Opens the input, complete and checked against its digest, from its beginning. */
  InputStream input() throws IOException;

  /**
   * Returns the stream to write the output to; always the same one.
   *
   * <p>Writing more than the agreement allows, or than the disk holds, throws an {@code
   * IOException} and fails the job.
   */
  OutputStream output();

  /** Tells the requestor how far the job is, 0 to 1000; sent at most every 250 ms. */
  void progress(int permille);

  /** Returns whether nobody wants the result any more; a handler should then return soon. */
  boolean isCancelled();
}
