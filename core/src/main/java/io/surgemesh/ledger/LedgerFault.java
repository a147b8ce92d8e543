package io.surgemesh.ledger;

/**
 * The first thing in a log that does not hold.
 *
 * @param index of the entry, counted from the beginning of the log
 * @param reason what is wrong
 * @param line one line for people
 */
public record LedgerFault(long index, Reason reason, String line) {
  /** What can be wrong with an entry. */
  public enum Reason {
    /** It cannot be read. */
    MALFORMED,
    /** Another peer than the log's owner sealed it. */
    OWNER,
    /** Its index is not one more than that of the entry before. */
    INDEX,
    /** It does not bind the entry before. */
    PREVIOUS_HASH,
    /** The owner's signature does not hold. */
    ENTRY_SIGNATURE,
    /** The log's owner is not a party of the agreement. */
    NOT_A_PARTY,
    /** A signature over the agreement does not hold. */
    AGREEMENT_SIGNATURE,
    /** A signature over the receipt does not hold. */
    RECEIPT_SIGNATURE,
    /** The receipt is one of another agreement. */
    OTHER_AGREEMENT,
    /** The receipt claims more than the agreement's cap. */
    ABOVE_CAP,
    /** The receipt's number does not rise, or two receipts have one number. */
    NUMBER,
    /** Some usage is less than before. */
    USAGE,
    /** The amount is less than before. */
    AMOUNT,
    /** The agreement had ended. */
    AFTER_FINAL
  }
}
