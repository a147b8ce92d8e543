package io.surgemesh.ledger;

import io.surgemesh.multiformats.Bytes;
import java.util.List;

/** What every {@link LedgerStore} asks of its callers. */
final class StoreLimits {
  private StoreLimits() {}

  static void requireAppend(long firstIndex, List<Bytes> envelopes) {
    if (firstIndex < 0 || envelopes.isEmpty() || envelopes.size() > LedgerStore.ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "append out of range: " + envelopes.size() + " entries from " + firstIndex);
    }
    for (Bytes envelope : envelopes) {
      if (envelope.isEmpty() || envelope.size() > LedgerEntry.BYTES_MAX) {
        throw new IllegalArgumentException("ledger entry of " + envelope.size() + " bytes");
      }
    }
  }

  static void requireRead(long fromIndex, int countMax) {
    if (fromIndex < 0 || countMax < 1 || countMax > LedgerStore.ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "read out of range: " + countMax + " entries from " + fromIndex);
    }
  }

  static IllegalArgumentException wrongIndex(long firstIndex, long size) {
    return new IllegalArgumentException("append at " + firstIndex + " to a log of " + size);
  }
}
