package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.multiformats.Bytes;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a log in the SQLite file {@code ledger.db} of a data directory, which it holds alone.
 *
 * <p>One thread does all work. Appends that wait while it works are committed together, with one
 * sync for all of them. At most {@value #REQUESTS_MAX} requests wait; a further one fails at once
 * with {@code StorageFailed}. After {@link #close} the file alone holds everything.
 */
public final class SqliteLedgerStore implements LedgerStore {
  /** The name of the file in the data directory. */
  public static final String FILE_NAME = "ledger.db";

  /** The most requests that wait. */
  public static final int REQUESTS_MAX = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(SqliteLedgerStore.class);

  private sealed interface Request {
    CompletableFuture<?> done();
  }

  private record Append(long firstIndex, List<Bytes> envelopes, CompletableFuture<Void> done)
      implements Request {}

  private record Read(long fromIndex, int countMax, CompletableFuture<List<Bytes>> done)
      implements Request {}

  private record Size(CompletableFuture<Long> done) implements Request {}

  private record Close(CompletableFuture<Void> done) implements Request {}

  private final Path file;
  private final DataDirectory directory;
  private final SqliteLedger ledger;
  private final BlockingQueue<Request> requests = new ArrayBlockingQueue<>(REQUESTS_MAX);
  private final Close closing = new Close(new CompletableFuture<>());
  private final Object lock = new Object();
  private boolean closed;
  // Only the store's own thread touches what follows.
  private final List<Append> group = new ArrayList<>();
  private @Nullable Throwable broken;

  private SqliteLedgerStore(Path file, DataDirectory directory, SqliteLedger ledger) {
    this.file = file;
    this.directory = directory;
    this.ledger = ledger;
  }

  /**
   * Opens the log in a data directory, creating both when they are missing; blocks.
   *
   * @throws MeshException {@code StorageFailed} with {@code LOCKED} when a store holds the
   *     directory already, {@code LedgerCorrupt} when the last entry does not hold together with
   *     the one before; nothing is ever repaired or cut off
   */
  public static SqliteLedgerStore open(Path dataDirectory) throws MeshException {
    DataDirectory directory = DataDirectory.hold(dataDirectory);
    try {
      Path file = directory.file(FILE_NAME);
      SqliteLedgerStore store = new SqliteLedgerStore(file, directory, SqliteLedger.open(file));
      Thread thread = new Thread(store::run, "surgemesh-ledger");
      thread.setDaemon(true);
      thread.start();
      return store;
    } catch (MeshException failed) {
      directory.close();
      throw failed;
    }
  }

  /**
   * Opens a ledger file for reading only, without its owner's key and also while it is written;
   * blocks.
   *
   * @param ledgerFile the file itself, which may be a copy; a {@code -wal} file beside it is part
   *     of it
   * @throws MeshException {@code StorageFailed} when it is no ledger file, damaged or not readable
   */
  public static LedgerSource openReadOnly(Path ledgerFile) throws MeshException {
    return SqliteLedgerReader.open(ledgerFile);
  }

  @Override
  public CompletableFuture<Void> append(long firstIndex, List<Bytes> envelopes) {
    StoreLimits.requireAppend(firstIndex, envelopes);
    CompletableFuture<Void> done = new CompletableFuture<>();
    submit(new Append(firstIndex, List.copyOf(envelopes), done));
    return done;
  }

  @Override
  public CompletableFuture<List<Bytes>> read(long fromIndex, int countMax) {
    StoreLimits.requireRead(fromIndex, countMax);
    CompletableFuture<List<Bytes>> done = new CompletableFuture<>();
    submit(new Read(fromIndex, countMax, done));
    return done;
  }

  @Override
  public CompletableFuture<Long> size() {
    CompletableFuture<Long> done = new CompletableFuture<>();
    submit(new Size(done));
    return done;
  }

  @Override
  public Path location() {
    return file;
  }

  /** Must not be called from a callback of this store's futures, which run on its thread. */
  @Override
  public void close() {
    boolean first;
    synchronized (lock) {
      first = !closed;
      closed = true;
    }
    if (first) {
      requestClose();
    }
    closing.done.join();
  }

  /** The thread works the queue off without waiting for anyone, so there is room soon. */
  private void requestClose() {
    boolean interrupted = false;
    boolean asked = false;
    while (!asked) {
      try {
        requests.put(closing);
        asked = true;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(Request request) {
    MeshException refusal = null;
    synchronized (lock) {
      if (closed) {
        refusal = new MeshException.Closed();
      } else if (!requests.offer(request)) {
        refusal = new StorageFailed(file, StorageFailed.Reason.NOT_WRITABLE);
      }
    }
    if (refusal != null) {
      request.done().completeExceptionally(refusal);
    }
  }

  private void run() {
    try {
      work();
    } finally {
      finish();
    }
  }

  private void work() {
    List<Request> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      batch.clear();
      try {
        batch.add(requests.take());
      } catch (InterruptedException nobodyMayInterrupt) {
        LOG.warn("ledger thread of {} goes on after an interrupt", file);
        continue;
      }
      requests.drainTo(batch);
      batch.forEach(this::perform);
      commit();
      open = !batch.contains(closing);
    }
  }

  private void perform(Request request) {
    if (request instanceof Append append) {
      group.add(append);
      return;
    }
    commit();
    try {
      if (request instanceof Read read) {
        read.done.complete(ledger.read(read.fromIndex, read.countMax));
      } else if (request instanceof Size size) {
        size.done.complete(ledger.size());
      }
    } catch (SQLException failed) {
      request
          .done()
          .completeExceptionally(StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE));
    } catch (RuntimeException bug) {
      request.done().completeExceptionally(bug);
    }
  }

  /** Commits the appends that came in a row, with one sync; they are answered afterwards. */
  private void commit() {
    List<Append> accepted = new ArrayList<>();
    List<Bytes> envelopes = new ArrayList<>();
    for (Append append : group) {
      long size = ledger.size() + envelopes.size();
      if (broken != null) {
        append.done.completeExceptionally(broken);
      } else if (append.firstIndex != size) {
        append.done.completeExceptionally(StoreLimits.wrongIndex(append.firstIndex, size));
      } else {
        accepted.add(append);
        envelopes.addAll(append.envelopes);
      }
    }
    group.clear();
    if (accepted.isEmpty()) {
      return;
    }
    try {
      ledger.append(envelopes);
      accepted.forEach(append -> append.done.complete(null));
    } catch (SQLException failed) {
      fail(accepted, StorageFault.of(file, failed, StorageFailed.Reason.NOT_WRITABLE));
    } catch (RuntimeException bug) {
      fail(accepted, bug);
    }
  }

  private void fail(List<Append> appends, Throwable failure) {
    broken = failure;
    appends.forEach(append -> append.done.completeExceptionally(failure));
  }

  private void finish() {
    synchronized (lock) {
      closed = true;
    }
    for (Request rest = requests.poll(); rest != null; rest = requests.poll()) {
      if (!rest.equals(closing)) {
        rest.done().completeExceptionally(new MeshException.Closed());
      }
    }
    try {
      ledger.close();
    } catch (SQLException failed) {
      LOG.warn("{} not closed cleanly; the next start recovers it", file, failed);
    } finally {
      directory.close();
      closing.done.complete(null);
    }
  }
}
