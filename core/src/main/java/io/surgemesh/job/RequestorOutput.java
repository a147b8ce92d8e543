package io.surgemesh.job;

import io.surgemesh.market.Agreement;
import io.surgemesh.market.Claim;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import java.util.List;

/** What {@link RequestorNegotiation} wants done. */
sealed interface RequestorOutput {
  /** Send this frame. */
  record Send(long number, Control control) implements RequestorOutput {}

  /** Sign, through {@code onSigned}. */
  record Sign(Agreement agreement) implements RequestorOutput {}

  /** Verify the provider's signature, through {@code onCommitVerified}. */
  record VerifyCommit(SignedAgreement signed) implements RequestorOutput {}

  /** Both are bound: send the input, ask for the output. */
  record Placed(SignedAgreement signed, long agreementNanos) implements RequestorOutput {}

  /** The provider said how far it is. */
  record Progressed(int permille) implements RequestorOutput {}

  /** Verify the provider's signature, through {@code onClaimVerified}. */
  record VerifyClaim(Claim claim) implements RequestorOutput {}

  /** Sign the receipt and make it durable, through {@code onSettled}. */
  record Settle(Claim claim) implements RequestorOutput {}

  /** It is over, comes once: the output is checked, the receipt durable. */
  record Settled(SettledReceipt settled, long agreementNanos, long runNanos)
      implements RequestorOutput {}

  /** It is over, comes once: the provider would not. */
  record Refused(List<Refusal> reasons, String line) implements RequestorOutput {}

  /**
   * It is over, comes once: it went wrong, or is wanted no more.
   *
   * @param placed whether an agreement was bound
   */
  record Failed(JobState state, CancelCause cause, String line, boolean placed)
      implements RequestorOutput {}
}
