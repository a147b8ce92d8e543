package io.surgemesh.ledger;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.LedgerCorrupt;
import io.surgemesh.identity.Signatures;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads the end of a stored log, then hands out a {@link Ledger} that goes on from there. */
final class LedgerOpening {
  private final LedgerStore store;
  private final KeyPair keyPair;
  private final Signatures signatures;
  private final Loop loop;
  private final CompletableFuture<Ledger> opened = new CompletableFuture<>();
  private final RecentAgreements recent = new RecentAgreements();
  private @Nullable LedgerEntry last;
  private long size;
  private long nextIndex;

  LedgerOpening(LedgerStore store, KeyPair keyPair, Signatures signatures, Loop loop) {
    this.store = store;
    this.keyPair = keyPair;
    this.signatures = signatures;
    this.loop = loop;
  }

  CompletableFuture<Ledger> start() {
    CompletableFuture<Long> unused =
        store.size().whenComplete((found, failure) -> loop.execute(() -> onSize(found, failure)));
    return opened;
  }

  private void onSize(@Nullable Long found, @Nullable Throwable failure) {
    if (failure != null || found == null) {
      fail(failure);
      return;
    }
    size = found;
    nextIndex = Math.max(0, size - Ledger.ENTRIES_READ_MAX);
    readOn();
  }

  private void readOn() {
    if (nextIndex == size) {
      finish();
      return;
    }
    int count = (int) Math.min(LedgerStore.ENTRIES_MAX, size - nextIndex);
    CompletableFuture<List<Bytes>> unused =
        store
            .read(nextIndex, count)
            .whenComplete((read, failure) -> loop.execute(() -> onRead(count, read, failure)));
  }

  private void onRead(int count, @Nullable List<Bytes> read, @Nullable Throwable failure) {
    if (failure != null || read == null) {
      fail(failure);
    } else if (read.size() != count) {
      fail(corrupt(nextIndex + read.size(), LedgerCorrupt.Reason.GAP));
    } else {
      LedgerEntry before = last;
      long firstIndex = nextIndex;
      loop.offload(() -> decode(firstIndex, before, read), this::onDecoded);
    }
  }

  /** Runs on a worker. */
  private List<LedgerEntry> decode(
      long firstIndex, @Nullable LedgerEntry before, List<Bytes> envelopes) throws LedgerCorrupt {
    List<LedgerEntry> entries = new ArrayList<>();
    Bytes previousHash = before == null ? LedgerEntry.NO_HASH : before.hash();
    for (Bytes envelope : envelopes) {
      long index = firstIndex + entries.size();
      LedgerEntry entry;
      try {
        entry = LedgerEntry.decode(envelope);
      } catch (MalformedMessageException malformed) {
        throw corrupt(index, LedgerCorrupt.Reason.MALFORMED);
      }
      // What the first entry read binds is not known, unless it is the first of all.
      boolean chained =
          entry.previousHash().equals(previousHash)
              || (before == null && entries.isEmpty() && index > 0);
      if (entry.index() != index) {
        throw corrupt(index, LedgerCorrupt.Reason.GAP);
      }
      if (!chained) {
        throw corrupt(index, LedgerCorrupt.Reason.BROKEN_CHAIN);
      }
      entries.add(entry);
      previousHash = entry.hash();
    }
    return entries;
  }

  private void onDecoded(@Nullable List<LedgerEntry> entries, @Nullable Throwable failure) {
    if (failure != null || entries == null) {
      fail(failure);
      return;
    }
    entries.forEach(recent::addStored);
    last = entries.get(entries.size() - 1);
    nextIndex += entries.size();
    readOn();
  }

  private void finish() {
    LedgerEntry tail = last;
    if (tail == null) {
      open(LedgerEntry.NO_HASH);
      return;
    }
    loop.offload(
        () -> tail.owner().equals(keyPair.peerId()) && tail.verifyOwner(signatures),
        (holds, failure) -> {
          if (failure != null) {
            fail(failure);
          } else if (!Boolean.TRUE.equals(holds)) {
            fail(corrupt(tail.index(), LedgerCorrupt.Reason.WRONG_SIGNATURE));
          } else {
            open(tail.hash());
          }
        });
  }

  private void open(Bytes lastHash) {
    LedgerTail tail = new LedgerTail(size, lastHash);
    opened.complete(new Ledger(store, keyPair, signatures, loop, recent, tail));
  }

  private LedgerCorrupt corrupt(long index, LedgerCorrupt.Reason reason) {
    return new MeshException.LedgerCorrupt(store.location(), index, reason);
  }

  private void fail(@Nullable Throwable failure) {
    opened.completeExceptionally(
        failure == null ? new IllegalStateException("store answered nothing") : failure);
  }
}
