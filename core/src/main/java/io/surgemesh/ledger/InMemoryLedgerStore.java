package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.multiformats.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps a log on the heap, for tests and simulations. */
final class InMemoryLedgerStore implements LedgerStore {
  private final List<Bytes> entries = new ArrayList<>();
  private boolean closed;

  @Override
  public synchronized CompletableFuture<Void> append(long firstIndex, List<Bytes> envelopes) {
    StoreLimits.requireAppend(firstIndex, envelopes);
    if (closed) {
      return CompletableFuture.failedFuture(new MeshException.Closed());
    }
    if (firstIndex != entries.size()) {
      return CompletableFuture.failedFuture(StoreLimits.wrongIndex(firstIndex, entries.size()));
    }
    entries.addAll(envelopes);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<List<Bytes>> read(long fromIndex, int countMax) {
    StoreLimits.requireRead(fromIndex, countMax);
    if (closed) {
      return CompletableFuture.failedFuture(new MeshException.Closed());
    }
    int from = (int) Math.min(fromIndex, entries.size());
    int to = (int) Math.min((long) from + countMax, entries.size());
    return CompletableFuture.completedFuture(List.copyOf(entries.subList(from, to)));
  }

  @Override
  public synchronized CompletableFuture<Long> size() {
    return closed
        ? CompletableFuture.failedFuture(new MeshException.Closed())
        : CompletableFuture.completedFuture((long) entries.size());
  }

  @Override
  public Path location() {
    return Path.of("memory");
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
