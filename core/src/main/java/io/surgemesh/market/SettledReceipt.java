package io.surgemesh.market;

import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;

/**
 * A receipt that both parties signed: what is owed, exactly. Stands alone.
 *
 * @param claim the receipt as its provider signed it
 * @param requestorSignature 64 bytes when it is one
 */
public record SettledReceipt(Claim claim, Bytes requestorSignature) {
  /** Returns the agreement under which the job ran. */
  public SignedAgreement agreement() {
    return claim.agreement();
  }

  /** Returns what both signed. */
  public Receipt receipt() {
    return claim.receipt();
  }

  /** Returns whether {@link Claim#verify} holds and the requestor signed too; slow. */
  public boolean verify(Signatures signatures) {
    return claim.verify(signatures)
        && receipt().verify(agreement().agreement().requestor(), signatures, requestorSignature);
  }
}
