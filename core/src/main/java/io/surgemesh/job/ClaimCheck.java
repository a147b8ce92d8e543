package io.surgemesh.job;

import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;

/** Whether a requestor owes what a receipt claims, by its own clock and the agreement. */
final class ClaimCheck {
  private final Agreement agreement;
  private final Task task;
  private final long commitNanos;
  private long number;
  private Usage usage = Usage.NONE;
  private Amount amount = Amount.ZERO;

  ClaimCheck(Agreement agreement, Task task, long commitNanos) {
    this.agreement = agreement;
    this.task = task;
    this.commitNanos = commitNanos;
  }

  /**
   * Returns whether {@code receipt} is the next one, claims nothing below the one before, and no
   * more than the rates allow for our own time since the Commit and one interval.
   */
  boolean isOwed(Receipt receipt, long nowNanos) {
    Terms terms = agreement.terms();
    long runNanosMax = Math.addExact(nowNanos - commitNanos, terms.receiptInterval().toNanos());
    return receipt.agreementId().equals(agreement.id())
        && receipt.number() == number + 1
        && receipt.usage().covers(usage)
        && receipt.amount().compareTo(amount) >= 0
        && receipt.usage().runNanos() <= runNanosMax
        && receipt.usage().inputBytes() <= task.inputBytes()
        && receipt.outputBytes() <= terms.outputBytesMax()
        && receipt.usage().outputBytes() <= receipt.outputBytes()
        && receipt.amount().compareTo(terms.amountMax()) <= 0
        && receipt.amount().compareTo(terms.amount(receipt.usage())) <= 0;
  }

  /** The receipt is countersigned. */
  void settled(Receipt receipt) {
    number = receipt.number();
    usage = receipt.usage();
    amount = receipt.amount();
  }
}
