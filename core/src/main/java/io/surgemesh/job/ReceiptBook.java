package io.surgemesh.job;

import io.surgemesh.machine.Machine;
import io.surgemesh.market.Claim;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A provider's receipts under one agreement: numbered, cumulative, one at a time. The next is made
 * only when the one before is acknowledged and durable.
 */
final class ReceiptBook {
  private final SignedAgreement signed;
  private final long commitNanos;
  private long number;
  private long inputBytes;
  private long cpuNanos;
  private long interimNanos;
  private long claimedNanos;
  private boolean making;
  private @Nullable Claim claimed;
  private @Nullable SettledReceipt acked;
  private boolean persisting;
  private boolean finished;
  private boolean lastMade;
  private long outputBytes;
  private Bytes outputSha256 = Bytes.EMPTY;

  ReceiptBook(SignedAgreement signed, long commitNanos) {
    this.signed = signed;
    this.commitNanos = commitNanos;
    this.interimNanos = commitNanos + terms().receiptInterval().toNanos();
  }

  SignedAgreement signed() {
    return signed;
  }

  void inputBytes(long bytes) {
    inputBytes = bytes;
  }

  /** The job is done: the next receipt is the last. */
  void finish(long bytes, Bytes sha256, long cpu) {
    finished = true;
    outputBytes = bytes;
    outputSha256 = sha256;
    cpuNanos = Math.max(0, cpu);
  }

  /**
   * Returns when to make the next receipt, or when the one that waits for its acknowledgement is
   * {@link #isOverdue}; {@link Machine#NEVER} while neither is to come.
   */
  long dueNanos() {
    if (making || acked != null || lastMade) {
      return Machine.NEVER;
    }
    if (claimed != null) {
      return claimedNanos + terms().grace().toNanos();
    }
    return finished ? commitNanos : interimNanos;
  }

  /** Returns whether an interim receipt has waited for its acknowledgement for the grace. */
  boolean isOverdue(long nowNanos) {
    return claimed != null && dueNanos() <= nowNanos;
  }

  /** Returns the next receipt, to be signed and made durable. */
  Receipt next(long nowNanos) {
    making = true;
    number++;
    lastMade = finished;
    Usage usage = new Usage(nowNanos - commitNanos, cpuNanos, inputBytes, outputBytes);
    Bytes agreementId = signed.agreement().id();
    return finished
        ? Receipt.last(agreementId, number, usage, terms().amount(usage), outputSha256, outputBytes)
        : Receipt.interim(agreementId, number, usage, terms().amount(usage));
  }

  /** Takes the claim made of {@link #next}; returns whether one was under way. */
  boolean onClaimed(@Nullable Claim claim, long nowNanos) {
    if (!making) {
      return false;
    }
    making = false;
    claimed = claim;
    claimedNanos = nowNanos;
    return true;
  }

  /** Returns the receipt with the requestor's signature, to be verified; null when none is due. */
  @Nullable SettledReceipt onAck(Control.ReceiptAck ack) {
    if (claimed == null || acked != null || ack.number() != claimed.receipt().number()) {
      return null;
    }
    acked = claimed.settle(ack.signature());
    return acked;
  }

  /** Returns whether the requestor's signature is here and being verified or made durable. */
  boolean isAcked() {
    return acked != null;
  }

  /**
   * Returns the acknowledged receipt to make durable, its signature holds; null the second time.
   */
  @Nullable SettledReceipt onVerified() {
    if (persisting) {
      return null;
    }
    persisting = acked != null;
    return acked;
  }

  /** Returns the receipt that is settled now; null when none was under way. */
  @Nullable SettledReceipt onPersisted(long nowNanos) {
    if (!persisting) {
      return null;
    }
    SettledReceipt settled = acked;
    if (settled != null) {
      persisting = false;
      acked = null;
      claimed = null;
      interimNanos = nowNanos + terms().receiptInterval().toNanos();
    }
    return settled;
  }

  private Terms terms() {
    return signed.agreement().terms();
  }
}
