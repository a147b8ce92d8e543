package io.surgemesh.multiformats;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads varints to the end of the input: each must be the one encoding of its value. */
public final class VarintFuzz {
  private VarintFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuffer source = ByteBuffer.wrap(data);
    try {
      while (source.hasRemaining()) {
        int start = source.position();
        long value = Varint.read(source);
        byte[] read = Arrays.copyOfRange(data, start, source.position());
        if (value < 0 || !Arrays.equals(read, Varint.encode(value))) {
          throw new AssertionError("read as " + value);
        }
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }
}
