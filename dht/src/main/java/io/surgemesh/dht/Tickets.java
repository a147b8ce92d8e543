package io.surgemesh.dht;

import io.surgemesh.machine.OrderedMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The futures of one kind of question, by the ticket under which the machine answers it; as many as
 * there are questions open.
 */
final class Tickets<T> {
  private final Map<Long, CompletableFuture<T>> open = new OrderedMap<>();
  private long last;

  /** Returns the ticket of one more future, more than 0. */
  long add(CompletableFuture<T> future) {
    open.put(++last, future);
    return last;
  }

  /** Completes a future; nothing happens when it is not open. */
  void complete(long ticket, T value) {
    CompletableFuture<T> future = open.remove(ticket);
    if (future != null) {
      future.complete(value);
    }
  }

  /** Fails all that are open. */
  void fail(RuntimeException bug) {
    List<CompletableFuture<T>> failed = List.copyOf(open.values());
    open.clear();
    failed.forEach(future -> future.completeExceptionally(bug));
  }
}
