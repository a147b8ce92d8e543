package io.surgemesh.simulator;

import io.surgemesh.identity.MeshException;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.mesh.Mesh;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One peer of a {@link SimulatedMesh} through all its lives: its disk, and what runs now. */
final class SimulatedPeer {
  // Null on an instant disk, which is nothing but the ledger itself.
  private final @Nullable SimulatedDisk disk;
  private LedgerStore ledger = LedgerStore.inMemory();
  private @Nullable Mesh mesh;
  private CompletableFuture<Mesh> started = new CompletableFuture<>();

  SimulatedPeer(long seed, DiskConfig config) {
    this.disk = config.isInstant() ? null : new SimulatedDisk(seed, config);
  }

  /** Begins a life on a host: returns the ledger for it. */
  LedgerStore openLedger(SimulatedHost host) {
    started = new CompletableFuture<>();
    if (disk != null) {
      ledger = disk.openLedger(host);
    }
    return ledger;
  }

  /** Returns a future of the present start. */
  CompletableFuture<Mesh> started() {
    return started;
  }

  void onStarted(Mesh running) {
    mesh = running;
    started.complete(running);
  }

  /** Ends the present life, with its node; what it has ended already it leaves as it is. */
  void crash(DiskFate fate) {
    started.completeExceptionally(new MeshException.Closed());
    if (disk != null) {
      disk.crash(fate);
    } else if (fate == DiskFate.LOST) {
      ledger = LedgerStore.inMemory();
    }
  }

  /** Returns whether the present start has ended, and well. */
  boolean isStarted() {
    return started.isDone() && !started.isCompletedExceptionally();
  }

  /** Returns the mesh of the latest life that started; null before the first. */
  @Nullable Mesh mesh() {
    return mesh;
  }

  /** Returns the ledger as the node has it open. */
  LedgerStore ledger() {
    return ledger;
  }

  /** Returns what a restart would find; futures of it complete at once. */
  LedgerStore durable() {
    return disk == null ? ledger : disk.synced();
  }
}
