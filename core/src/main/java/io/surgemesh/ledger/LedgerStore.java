package io.surgemesh.ledger;

import io.surgemesh.multiformats.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The port that keeps the envelopes of a log, in the order of their indexes from 0.
 *
 * <p>Every method may be called from any thread. Futures complete on a thread of the store: hop to
 * your loop, and do not block in them. They fail with {@code MeshException.StorageFailed}, or
 * {@code Closed} after {@link #close}.
 */
public interface LedgerStore extends AutoCloseable {
  /** The most entries of one call. */
  int ENTRIES_MAX = 256;

  /**
   * Keeps entries behind those already there.
   *
   * @param firstIndex the index of the first, which must equal the size at that time
   * @param envelopes 1 to {@value #ENTRIES_MAX}, each at most {@value LedgerEntry#BYTES_MAX} bytes
   * @return completes only when all of them are on the disk, synced; after a failure every later
   *     append fails too, since entries bind the ones before
   */
  CompletableFuture<Void> append(long firstIndex, List<Bytes> envelopes);

  /**
   * Returns stored entries, in order.
   *
   * @param fromIndex index of the first, 0 or more
   * @param countMax 1 to {@value #ENTRIES_MAX}; fewer come at the end of the log
   */
  CompletableFuture<List<Bytes>> read(long fromIndex, int countMax);

  /** Returns the number of entries stored. */
  CompletableFuture<Long> size();

  /** Returns where the entries are, for messages to people. */
  Path location();

  /** Finishes what was asked before, then lets go of the storage; waits for that. */
  @Override
  void close();

  /** Returns a store that forgets everything when it is dropped; it completes futures at once. */
  static LedgerStore inMemory() {
    return new InMemoryLedgerStore();
  }
}
