package io.surgemesh.wire;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;

/** Walks through the input as DER, as deep as it goes, each value in every way it can be read. */
public final class DerReaderFuzz {
  private static final int DEPTH_MAX = 64;

  private DerReaderFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    walk(data, 0);
    try {
      new DerReader(data).require(Arrays.copyOf(data, data.length / 2));
      new DerReader(data).requireEnd();
    } catch (MalformedMessageException refused) {
      // Refusing is all that a reader may do.
    }
  }

  private static void walk(byte[] data, int depth) {
    DerReader reader = new DerReader(data);
    int read = 0;
    try {
      while (read < data.length && depth < DEPTH_MAX) {
        int tag = data[read] & 0xff;
        byte[] rest = Arrays.copyOfRange(data, read, data.length);
        readOtherwise(rest, tag);
        byte[] content = reader.content(tag);
        byte[] whole = new DerReader(rest).whole(tag);
        if (!Arrays.equals(
            whole, Arrays.copyOf(rest, headBytes(content.length) + content.length))) {
          throw new AssertionError("the whole is not what was read");
        }
        if (content.length > rest.length - 2) {
          throw new AssertionError("more inside a value than there is");
        }
        read += headBytes(content.length) + content.length;
        walk(content, depth + 1);
      }
      if (read == data.length) {
        reader.requireEnd();
      }
    } catch (MalformedMessageException refused) {
      // As above.
    }
  }

  /** DER allows one encoding of a length only, so it is known how many bytes it takes. */
  private static int headBytes(int length) {
    return length < 128 ? 2 : length < 256 ? 3 : 4;
  }

  private static void readOtherwise(byte[] rest, int tag) {
    try {
      if (new DerReader(rest).bitString(tag).length >= rest.length) {
        throw new AssertionError("more bits than there are");
      }
    } catch (MalformedMessageException refused) {
      // As above.
    }
    try {
      if (new DerReader(rest).unsigned().signum() < 0) {
        throw new AssertionError("a negative number");
      }
    } catch (MalformedMessageException refused) {
      // As above.
    }
  }
}
