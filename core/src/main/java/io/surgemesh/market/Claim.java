package io.surgemesh.market;

import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;

/**
 * A receipt its provider signed and its requestor has not signed yet, with what it is owed for.
 *
 * @param agreement under which the job runs
 * @param receipt what the provider claims
 * @param providerSignature 64 bytes when it is one
 */
public record Claim(SignedAgreement agreement, Receipt receipt, Bytes providerSignature) {
  /** Returns the receipt as settled by the requestor's signature. */
  public SettledReceipt settle(Bytes requestorSignature) {
    return new SettledReceipt(this, requestorSignature);
  }

  /**
   * Returns whether the receipt is one of this agreement, claims no more than its cap, and all
   * three signatures hold; slow.
   */
  public boolean verify(Signatures signatures) {
    return receipt.agreementId().equals(agreement.agreement().id())
        && receipt.amount().compareTo(agreement.agreement().terms().amountMax()) <= 0
        && agreement.verify(signatures)
        && receipt.verify(agreement.agreement().provider(), signatures, providerSignature);
  }
}
