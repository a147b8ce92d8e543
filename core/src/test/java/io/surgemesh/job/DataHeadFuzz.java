package io.surgemesh.job;

import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the head of a bulk stream at once and byte by byte. */
public final class DataHeadFuzz {
  /** What came of reading. */
  private record Outcome(@Nullable DataHead head, int used, boolean refused) {}

  private DataHeadFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Outcome whole = read(data, Math.max(1, data.length));
    if (!whole.equals(read(data, 1))) {
      throw new AssertionError("what is read depends on how it is cut");
    }
    DataHead head = whole.head();
    if (head != null && !head.equals(read(head.encode().array(), 1).head())) {
      throw new AssertionError("not read back");
    }
  }

  private static Outcome read(byte[] data, int pieceBytes) {
    DataHead.Reader reader = new DataHead.Reader();
    int used = 0;
    try {
      while (used < data.length) {
        ByteBuffer piece = ByteBuffer.wrap(data, used, Math.min(pieceBytes, data.length - used));
        DataHead head = reader.read(piece);
        used = piece.position();
        if (head != null) {
          return new Outcome(head, used, false);
        }
      }
      return new Outcome(null, used, false);
    } catch (MalformedMessageException refused) {
      return new Outcome(null, 0, true);
    }
  }
}
