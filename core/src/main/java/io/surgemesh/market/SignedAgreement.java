package io.surgemesh.market;

import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;

/**
 * An agreement with the signatures of both parties over the same bytes.
 *
 * @param agreement what they agreed
 * @param requestorSignature 64 bytes when it is one
 * @param providerSignature 64 bytes when it is one
 */
public record SignedAgreement(
    Agreement agreement, Bytes requestorSignature, Bytes providerSignature) {
  /** Returns whether both signatures hold; slow. */
  public boolean verify(Signatures signatures) {
    return agreement.verifyRequestor(signatures, requestorSignature)
        && agreement.verifyProvider(signatures, providerSignature);
  }
}
