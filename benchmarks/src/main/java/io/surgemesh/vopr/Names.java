package io.surgemesh.vopr;

import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.multiformats.Bytes;

/** Short names of long things, for traces and messages. */
final class Names {
  private static final int DIGITS = 8;

  private Names() {}

  static String shorten(Bytes id) {
    String digits = id.toHex();
    return digits.substring(0, Math.min(DIGITS, digits.length()));
  }

  static String describe(LedgerEntry entry) {
    return String.format(
        "#%d %s of agreement %s, %s",
        entry.index(),
        entry.kind(),
        shorten(entry.claim().agreement().agreement().id()),
        entry.claim().receipt());
  }
}
