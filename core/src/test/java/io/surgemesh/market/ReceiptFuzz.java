package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;

/** Reads the bytes of a receipt, which both sides sign. */
public final class ReceiptFuzz {
  private ReceiptFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Receipt receipt = Receipt.decode(data);
      if (!Arrays.equals(receipt.encode(), data)) {
        throw new AssertionError("other bytes than those that were signed");
      }
      if (receipt.number() < 1 || receipt.usage().cpuNanos() < 0) {
        throw new AssertionError("out of range");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }
}
