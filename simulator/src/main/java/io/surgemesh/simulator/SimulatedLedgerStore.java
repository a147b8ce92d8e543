package io.surgemesh.simulator;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.ledger.SqliteLedgerStore;
import io.surgemesh.multiformats.Bytes;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The ledger of a {@link SimulatedDisk} in one life of its node, as a thread of its own works. */
final class SimulatedLedgerStore implements LedgerStore {
  static final int REQUESTS_MAX = SqliteLedgerStore.REQUESTS_MAX;

  private sealed interface Request {
    CompletableFuture<?> done();

    /** Does it on what is synced, and returns how to tell who asked. */
    Runnable perform(LedgerStore synced);
  }

  private record Append(long firstIndex, List<Bytes> envelopes, CompletableFuture<Void> done)
      implements Request {
    @Override
    public Runnable perform(LedgerStore synced) {
      CompletableFuture<Void> outcome = synced.append(firstIndex, envelopes);
      return () -> forward(outcome, done);
    }
  }

  private record Query<T>(
      Function<LedgerStore, CompletableFuture<T>> question, CompletableFuture<T> done)
      implements Request {
    @Override
    public Runnable perform(LedgerStore synced) {
      CompletableFuture<T> outcome = question.apply(synced);
      return () -> forward(outcome, done);
    }
  }

  private final SimulatedDisk disk;
  private final VirtualLoop loop;
  private final Path location;
  private final Queue<Request> requests = new ArrayDeque<>();
  // One query, or the appends that one sync is for; empty when there is nothing to do.
  private List<Request> current = List.of();
  private boolean closed;

  SimulatedLedgerStore(SimulatedDisk disk, VirtualLoop loop) {
    this.disk = disk;
    this.loop = loop;
    this.location = Path.of("simulated-" + loop.node(), SqliteLedgerStore.FILE_NAME);
  }

  boolean isOpen() {
    return !closed;
  }

  /** Stops for good, and returns the entries of the write under way. */
  List<Bytes> crash() {
    closed = true;
    requests.clear();
    List<Bytes> entries = new ArrayList<>();
    long firstIndex = disk.synced().size().join();
    for (Request request : current) {
      if (request instanceof Append append && append.firstIndex == firstIndex + entries.size()) {
        entries.addAll(append.envelopes);
      }
    }
    current = List.of();
    return entries;
  }

  @Override
  public CompletableFuture<Void> append(long firstIndex, List<Bytes> envelopes) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    submit(new Append(firstIndex, List.copyOf(envelopes), done));
    return done;
  }

  @Override
  public CompletableFuture<List<Bytes>> read(long fromIndex, int countMax) {
    return ask(synced -> synced.read(fromIndex, countMax));
  }

  @Override
  public CompletableFuture<Long> size() {
    return ask(LedgerStore::size);
  }

  @Override
  public Path location() {
    return location;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      List<Request> rest = new ArrayList<>(current);
      rest.addAll(requests);
      current = List.of();
      requests.clear();
      perform(rest);
    }
  }

  private <T> CompletableFuture<T> ask(Function<LedgerStore, CompletableFuture<T>> question) {
    CompletableFuture<T> done = new CompletableFuture<>();
    submit(new Query<>(question, done));
    return done;
  }

  private void submit(Request request) {
    if (closed) {
      request.done().completeExceptionally(new MeshException.Closed());
    } else if (requests.size() == REQUESTS_MAX) {
      request
          .done()
          .completeExceptionally(new StorageFailed(location, StorageFailed.Reason.NOT_WRITABLE));
    } else {
      requests.add(request);
      workOn();
    }
  }

  private void workOn() {
    if (current.isEmpty() && !requests.isEmpty()) {
      current = takeNext();
      long nanos = current.get(0) instanceof Append ? disk.nextSyncNanos() : 0;
      loop.besideAt(loop.time().nowNanos() + nanos, this::onWorked);
    }
  }

  private List<Request> takeNext() {
    List<Request> next = new ArrayList<>();
    next.add(requests.remove());
    while (next.get(0) instanceof Append && requests.peek() instanceof Append) {
      next.add(requests.remove());
    }
    return next;
  }

  private void onWorked() {
    if (!closed) {
      List<Request> worked = current;
      current = List.of();
      perform(worked);
      workOn();
    }
  }

  /** Does it all before anyone is told, so that a crash finds all of a batch or nothing. */
  private void perform(List<Request> worked) {
    List<Runnable> answers = new ArrayList<>();
    worked.forEach(request -> answers.add(request.perform(disk.synced())));
    answers.forEach(Runnable::run);
  }

  private static <T> void forward(CompletableFuture<T> outcome, CompletableFuture<T> done) {
    CompletableFuture<T> unused =
        outcome.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                done.complete(value);
              } else {
                done.completeExceptionally(failure);
              }
            });
  }
}
