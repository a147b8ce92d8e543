package io.surgemesh.session;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the records of a secure channel out of the bytes read and decrypts them.
 *
 * <p>Confined to one thread. Internal: public only for the rooms that drive sessions.
 */
public interface RecordReader {
  /**
   * Takes bytes: up to the end of one or more whole records, all of them when none is whole yet.
   *
   * @return plain bytes in an array that belongs to the caller; null when there are none
   */
  @Nullable ByteBuffer poll(ByteBuffer bytes);

  /** Returns whether a record was forged, or the peer has ended the channel: nothing follows. */
  boolean isBroken();

  /** Returns whether it is broken by a record that was forged. */
  boolean isForged();
}
