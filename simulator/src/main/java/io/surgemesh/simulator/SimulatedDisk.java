package io.surgemesh.simulator;

import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.multiformats.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one node has stored, which outlives its crashes as far as their {@link DiskFate} says.
 *
 * <p>Holds the node's ledger. A restart finds what SQLite would find: every batch whose sync ended,
 * and the batch under way whole or not at all. One seed decides how long each sync takes and what a
 * crash leaves. Confined to the thread of its network.
 */
public final class SimulatedDisk {
  // Of a drive; a sector is what it writes as one.
  private static final int SECTOR_BYTES = 512;
  private static final int GARBLED_BYTES_MAX = 16;

  private final long seed;
  private final DiskConfig config;
  private LedgerStore synced = LedgerStore.inMemory();
  private @Nullable SimulatedLedgerStore open;
  private long draws;

  /** Creates an empty disk. */
  public SimulatedDisk(long seed, DiskConfig config) {
    this.seed = seed;
    this.config = config;
  }

  /**
   * Opens the ledger of a node.
   *
   * <p>Futures of the store complete beside the node's loop: appends once synced, those that came
   * during a sync all together with the next one, in order. Once as many requests wait as {@code
   * SqliteLedgerStore} takes, a further one fails. Nothing happens any more after the node's crash.
   * {@code close} does at once what still waits.
   *
   * @param host the node in its present life
   * @throws IllegalStateException when it is open, neither closed nor crashed
   */
  public LedgerStore openLedger(SimulatedHost host) {
    if (open != null && open.isOpen()) {
      throw new IllegalStateException("the ledger is open");
    }
    open = new SimulatedLedgerStore(this, host.virtualLoop());
    return open;
  }

  /** Crashes with the node; whoever crashes the node calls this, before its next life begins. */
  public void crash(DiskFate fate) {
    List<Bytes> writing = open == null ? List.of() : open.crash();
    open = null;
    if (fate == DiskFate.LOST) {
      synced = LedgerStore.inMemory();
    } else if (!writing.isEmpty()) {
      keep(JournalRecord.recover(fate == DiskFate.TORN ? tear(writing) : wholeOrNothing(writing)));
    }
  }

  private void keep(List<Bytes> batch) {
    long index = synced.size().join();
    for (int from = 0; from < batch.size(); from += LedgerStore.ENTRIES_MAX) {
      int to = Math.min(from + LedgerStore.ENTRIES_MAX, batch.size());
      CompletableFuture<Void> unused = synced.append(index + from, batch.subList(from, to));
    }
  }

  private byte[] wholeOrNothing(List<Bytes> batch) {
    return draw(2) == 0 ? JournalRecord.encode(batch) : new byte[0];
  }

  /** Returns what of a batch has reached the disk: all of it, its beginning, or all but a hole. */
  private byte[] tear(List<Bytes> batch) {
    byte[] bytes = JournalRecord.encode(batch);
    switch (draw(4)) {
      case 0 -> {
        return Arrays.copyOf(bytes, draw(bytes.length));
      }
      case 1 -> {
        int from = draw(bytes.length) / SECTOR_BYTES * SECTOR_BYTES;
        Arrays.fill(bytes, from, Math.min(from + SECTOR_BYTES, bytes.length), (byte) 0);
      }
      case 2 -> {
        int from = Math.max(0, bytes.length - GARBLED_BYTES_MAX - draw(SECTOR_BYTES));
        for (int i = from; i < Math.min(from + GARBLED_BYTES_MAX, bytes.length); i++) {
          bytes[i] = (byte) draw(256);
        }
      }
      default -> {
        // It was all there, only the answer of the sync was not.
      }
    }
    return bytes;
  }

  /** Returns where synced entries are; its futures complete at once. */
  LedgerStore synced() {
    return synced;
  }

  /** Draws how long the next sync takes. */
  long nextSyncNanos() {
    long minNanos = config.syncMin().toNanos();
    return minNanos + Mix.below(config.syncMax().toNanos() - minNanos + 1, Mix.mix(seed, draws++));
  }

  private int draw(int bound) {
    return (int) Mix.below(bound, Mix.mix(seed, draws++));
  }
}
