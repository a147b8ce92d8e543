package io.surgemesh.ledger;

import io.surgemesh.market.Amount;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a log already says of one agreement, and so what it may say next.
 *
 * <p>Claims and receipts each rise on their own; a receipt may come late, after a further claim.
 */
final class AgreementHistory {
  private record Step(long number, Bytes hash, Usage usage, Amount amount, boolean isFinal) {
    static Step of(Receipt receipt) {
      return new Step(
          receipt.number(), receipt.hash(), receipt.usage(), receipt.amount(), receipt.isFinal());
    }
  }

  private @Nullable Step lastClaim;
  private @Nullable Step lastReceipt;

  /** Returns whether exactly this receipt was the last of its kind. */
  boolean endsWith(LedgerEntry.Kind kind, Receipt receipt) {
    Step last = last(kind);
    return last != null && last.hash.equals(receipt.hash());
  }

  /** Returns whether a later receipt, which covers this one, is there already. */
  boolean isCovered(LedgerEntry.Kind kind, Receipt receipt) {
    Step last = last(kind);
    return last != null && receipt.number() < last.number;
  }

  /** Returns what is wrong with saying this next; empty when nothing is. */
  Optional<LedgerFault.Reason> refusal(LedgerEntry.Kind kind, Receipt receipt) {
    Step step = Step.of(receipt);
    Optional<LedgerFault.Reason> refusal = refusalAfter(last(kind), step);
    if (refusal.isPresent()) {
      return refusal;
    }
    return kind == LedgerEntry.Kind.CLAIM
        ? refusalAfter(lastReceipt, step)
        : refusalOfReceipt(lastClaim, step);
  }

  void add(LedgerEntry.Kind kind, Receipt receipt) {
    if (kind == LedgerEntry.Kind.CLAIM) {
      lastClaim = Step.of(receipt);
    } else {
      lastReceipt = Step.of(receipt);
    }
  }

  /** Returns what the last receipt that both signed grants; zero when there is none. */
  Amount settled() {
    return lastReceipt == null ? Amount.ZERO : lastReceipt.amount;
  }

  private @Nullable Step last(LedgerEntry.Kind kind) {
    return kind == LedgerEntry.Kind.CLAIM ? lastClaim : lastReceipt;
  }

  private static Optional<LedgerFault.Reason> refusalOfReceipt(@Nullable Step claim, Step receipt) {
    if (claim == null || receipt.number > claim.number) {
      return refusalAfter(claim, receipt);
    }
    if (receipt.number == claim.number) {
      return receipt.hash.equals(claim.hash)
          ? Optional.empty()
          : Optional.of(LedgerFault.Reason.NUMBER);
    }
    return refusalAfter(receipt, claim);
  }

  private static Optional<LedgerFault.Reason> refusalAfter(@Nullable Step earlier, Step later) {
    if (earlier == null) {
      return Optional.empty();
    }
    if (earlier.isFinal) {
      return Optional.of(LedgerFault.Reason.AFTER_FINAL);
    }
    if (later.number <= earlier.number) {
      return Optional.of(LedgerFault.Reason.NUMBER);
    }
    if (!later.usage.covers(earlier.usage)) {
      return Optional.of(LedgerFault.Reason.USAGE);
    }
    return later.amount.compareTo(earlier.amount) < 0
        ? Optional.of(LedgerFault.Reason.AMOUNT)
        : Optional.empty();
  }
}
