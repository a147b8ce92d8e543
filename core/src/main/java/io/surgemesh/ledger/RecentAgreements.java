package io.surgemesh.ledger;

import io.surgemesh.ledger.LedgerFault.Reason;
import io.surgemesh.market.Receipt;
import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of the agreements touched last, entries under way included; confined to a loop.
 */
final class RecentAgreements {
  private static final CompletableFuture<Void> DURABLE = CompletableFuture.completedFuture(null);

  private static final class Known {
    private final AgreementHistory history = new AgreementHistory();
    private CompletableFuture<Void> claimDurable = DURABLE;
    private CompletableFuture<Void> receiptDurable = DURABLE;
  }

  private final Map<Bytes, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  /** Returns when what makes this receipt superfluous is durable; null when it must be appended. */
  @Nullable CompletableFuture<Void> find(LedgerEntry.Kind kind, Receipt receipt) {
    Known present = known.get(receipt.agreementId());
    if (present == null
        || !(present.history.endsWith(kind, receipt) || present.history.isCovered(kind, receipt))) {
      return null;
    }
    return kind == LedgerEntry.Kind.CLAIM ? present.claimDurable : present.receiptDurable;
  }

  /** Takes note of a receipt; returns why that is impossible, and then takes no note. */
  Optional<Reason> add(LedgerEntry.Kind kind, Receipt receipt, CompletableFuture<Void> durable) {
    Known present = known.getOrDefault(receipt.agreementId(), new Known());
    Optional<Reason> refusal = present.history.refusal(kind, receipt);
    if (refusal.isPresent()) {
      return refusal;
    }
    present.history.add(kind, receipt);
    if (kind == LedgerEntry.Kind.CLAIM) {
      present.claimDurable = durable;
    } else {
      present.receiptDurable = durable;
    }
    known.put(receipt.agreementId(), present);
    if (known.size() > Ledger.AGREEMENTS_MAX) {
      known.remove(known.keySet().iterator().next());
    }
    return Optional.empty();
  }

  /** Takes note of an entry on the disk. */
  void addStored(LedgerEntry entry) {
    // The log may begin before what is read: whether it holds is the verifier's question.
    Receipt receipt = entry.claim().receipt();
    Optional<Reason> unused = add(entry.kind(), receipt, DURABLE);
  }
}
