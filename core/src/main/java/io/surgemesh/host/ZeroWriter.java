package io.surgemesh.host;

import java.nio.ByteBuffer;

/** Writes so many zeros to a stream, as fast as it takes them. Confined to the stream's loop. */
final class ZeroWriter {
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 * 1024).asReadOnlyBuffer();

  private long leftBytes;

  /**
   * Creates a writer that has written nothing.
   *
   * @param bytes how many, unsigned
   */
  ZeroWriter(long bytes) {
    this.leftBytes = bytes;
  }

  /** Returns how many bytes are still to be written, unsigned. */
  long leftBytes() {
    return leftBytes;
  }

  /** Writes until the stream wants a pause; closes our direction after the last, or at once. */
  void pump(Stream stream) {
    while (leftBytes != 0 && stream.isWritable()) {
      int bytes = ZEROS.capacity();
      if (Long.compareUnsigned(leftBytes, bytes) < 0) {
        bytes = (int) leftBytes;
      }
      leftBytes -= bytes;
      stream.write(ZEROS.slice(0, bytes));
    }
    if (leftBytes == 0) {
      stream.closeWrite();
    }
  }
}
