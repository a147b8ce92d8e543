package io.surgemesh.ledger;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;

/** Reads one entry of a ledger. */
public final class LedgerEntryFuzz {
  private LedgerEntryFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      LedgerEntry entry = LedgerEntry.decode(Bytes.of(data));
      if (!LedgerEntry.decode(entry.bytes()).equals(entry) || entry.index() < 0) {
        throw new AssertionError("read back as another, or out of range");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }
}
