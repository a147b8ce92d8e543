package io.surgemesh.ledger;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.machine.Loop;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Claim;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A peer's own log while the peer runs: seals entries, chains them, keeps them.
 *
 * <p>Confined to a loop, on which its futures complete; signing is offloaded. Entries that wait
 * while others are sealed are sealed together and reach the store as one batch. At most {@value
 * #APPENDS_MAX} appends may be under way; a further one fails at once. After the store failed once,
 * every append fails: restart to continue from what the disk holds.
 *
 * <p>A receipt is kept once: appending the last one of an agreement again, or one that a later one
 * covers, completes without a new entry. For this the {@value #AGREEMENTS_MAX} agreements touched
 * last are remembered, after a restart those of the last {@value #ENTRIES_READ_MAX} entries.
 */
public final class Ledger {
  /** The most appends under way. */
  public static final int APPENDS_MAX = 4096;

  /** The most agreements remembered. */
  public static final int AGREEMENTS_MAX = 16_384;

  /** The most entries read at the start. */
  public static final int ENTRIES_READ_MAX = 32_768;

  private static final int BATCH_MAX = 64;
  private static final long RETRY_NANOS = 20_000_000L;

  private record Pending(
      LedgerEntry.Kind kind,
      Claim claim,
      Bytes requestorSignature,
      CompletableFuture<Void> durable) {}

  private final LedgerStore store;
  private final KeyPair keyPair;
  private final Signatures signatures;
  private final Loop loop;
  private final RecentAgreements recent;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean sealing;
  private long size;
  private long nextIndex;
  private Bytes lastHash;
  private @Nullable Throwable broken;

  Ledger(
      LedgerStore store,
      KeyPair keyPair,
      Signatures signatures,
      Loop loop,
      RecentAgreements recent,
      LedgerTail tail) {
    this.store = store;
    this.keyPair = keyPair;
    this.signatures = signatures;
    this.loop = loop;
    this.recent = recent;
    this.size = tail.size();
    this.nextIndex = tail.size();
    this.lastHash = tail.lastHash();
  }

  /**
   * Continues the log in a store from its last entry.
   *
   * @return completes on {@code loop}; with {@code MeshException.LedgerCorrupt} when the last
   *     entries are malformed or do not chain, or the last one is not sealed by {@code keyPair}
   */
  public static CompletableFuture<Ledger> open(
      LedgerStore store, KeyPair keyPair, Signatures signatures, Loop loop) {
    return new LedgerOpening(store, keyPair, signatures, loop).start();
  }

  /** Returns whose log this is. */
  public PeerId owner() {
    return keyPair.peerId();
  }

  /** Returns the number of entries on the disk. */
  public long size() {
    return size;
  }

  /**
   * Appends a provider's receipt before it is sent.
   *
   * @param claim with signatures that hold, and of which this peer is a party
   * @return completes when the entry is durable; with {@code IllegalStateException} when the
   *     receipt contradicts what the log says of its agreement
   * @throws IllegalArgumentException when this peer is not a party, the receipt is one of another
   *     agreement, or it claims more than the cap
   */
  public CompletableFuture<Void> append(Claim claim) {
    return append(
        new Pending(LedgerEntry.Kind.CLAIM, claim, Bytes.EMPTY, new CompletableFuture<>()));
  }

  /**
   * Appends a receipt that both signed; by the requestor, before its signature is sent.
   *
   * @param receipt with signatures that hold, and of which this peer is a party
   * @return as for a claim
   * @throws IllegalArgumentException as for a claim
   */
  public CompletableFuture<Void> append(SettledReceipt receipt) {
    return append(
        new Pending(
            LedgerEntry.Kind.RECEIPT,
            receipt.claim(),
            receipt.requestorSignature(),
            new CompletableFuture<>()));
  }

  private CompletableFuture<Void> append(Pending pending) {
    requireOwn(pending.claim);
    if (broken != null) {
      return CompletableFuture.failedFuture(broken);
    }
    CompletableFuture<Void> present = recent.find(pending.kind, pending.claim.receipt());
    if (present != null) {
      return present;
    }
    if (underWay >= APPENDS_MAX) {
      return CompletableFuture.failedFuture(
          new MeshException.StorageFailed(
              store.location(), MeshException.StorageFailed.Reason.NOT_WRITABLE));
    }
    LedgerFault.Reason refusal =
        recent.add(pending.kind, pending.claim.receipt(), pending.durable).orElse(null);
    if (refusal != null) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("receipt contradicts the log: " + refusal));
    }
    underWay++;
    waiting.add(pending);
    sealNext();
    return pending.durable;
  }

  private void requireOwn(Claim claim) {
    Agreement agreement = claim.agreement().agreement();
    boolean party = agreement.requestor().equals(owner()) || agreement.provider().equals(owner());
    boolean within = claim.receipt().amount().compareTo(agreement.terms().amountMax()) <= 0;
    if (!party || !within || !claim.receipt().agreementId().equals(agreement.id())) {
      throw new IllegalArgumentException("not a receipt for this peer's log: " + claim.receipt());
    }
  }

  private void sealNext() {
    if (sealing || waiting.isEmpty() || broken != null) {
      return;
    }
    List<Pending> batch = new ArrayList<>();
    while (batch.size() < BATCH_MAX && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    sealing = true;
    long firstIndex = nextIndex;
    Bytes previousHash = lastHash;
    loop.offload(
        () -> seal(firstIndex, previousHash, batch),
        (entries, failure) -> onSealed(batch, entries, failure));
  }

  /** Runs on a worker. */
  private List<LedgerEntry> seal(long firstIndex, Bytes previousHash, List<Pending> batch) {
    List<LedgerEntry> entries = new ArrayList<>();
    Bytes previous = previousHash;
    for (Pending pending : batch) {
      LedgerEntry entry =
          LedgerEntry.seal(
              firstIndex + entries.size(),
              previous,
              pending.kind,
              pending.claim,
              pending.requestorSignature,
              keyPair,
              signatures);
      entries.add(entry);
      previous = entry.hash();
    }
    return entries;
  }

  private void onSealed(
      List<Pending> batch, @Nullable List<LedgerEntry> entries, @Nullable Throwable failure) {
    if (failure instanceof RejectedExecutionException && broken == null) {
      // No worker was free, which peers can bring about: nothing was sealed, so try again.
      retry(batch);
      return;
    }
    sealing = false;
    if (failure != null || entries == null || broken != null) {
      onStored(batch, failure == null ? broken : failure);
      return;
    }
    long firstIndex = nextIndex;
    nextIndex += entries.size();
    lastHash = entries.get(entries.size() - 1).hash();
    List<Bytes> envelopes = entries.stream().map(LedgerEntry::bytes).toList();
    CompletableFuture<Void> unused =
        store
            .append(firstIndex, envelopes)
            .whenComplete((none, failed) -> loop.execute(() -> onStored(batch, failed)));
    sealNext();
  }

  private void retry(List<Pending> batch) {
    for (int i = batch.size() - 1; i >= 0; i--) {
      waiting.addFirst(batch.get(i));
    }
    loop.arm(
        loop.nowNanos() + RETRY_NANOS,
        () -> {
          sealing = false;
          sealNext();
        });
  }

  private void onStored(List<Pending> batch, @Nullable Throwable failure) {
    underWay -= batch.size();
    if (failure == null) {
      size += batch.size();
      batch.forEach(pending -> pending.durable.complete(null));
      return;
    }
    if (broken == null) {
      broken = failure;
    }
    batch.forEach(pending -> pending.durable.completeExceptionally(failure));
    List<Pending> rest = new ArrayList<>(waiting);
    waiting.clear();
    underWay -= rest.size();
    rest.forEach(pending -> pending.durable.completeExceptionally(failure));
  }
}
