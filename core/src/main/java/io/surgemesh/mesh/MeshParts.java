package io.surgemesh.mesh;

import io.surgemesh.job.SpoolStore;
import io.surgemesh.ledger.LedgerStore;
import java.util.concurrent.Executor;

/**
 * What a mesh stands on when it is not started on sockets and files of its own.
 *
 * @param context host, identity, clocks and randomness
 * @param ledgerStore where this peer's log is kept
 * @param spools where inputs and outputs wait
 * @param userExecutor runs handlers and listeners; in the simulator the node's loop
 */
public record MeshParts(
    MeshContext context, LedgerStore ledgerStore, SpoolStore spools, Executor userExecutor) {
  /** Returns these parts with another executor for handlers and listeners. */
  MeshParts withUserExecutor(Executor other) {
    return new MeshParts(context, ledgerStore, spools, other);
  }
}
