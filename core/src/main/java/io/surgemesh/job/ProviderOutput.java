package io.surgemesh.job;

import io.surgemesh.market.Agreement;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Task;
import io.surgemesh.multiformats.Bytes;

/** What {@link ProviderNegotiation} wants done. */
sealed interface ProviderOutput {
  /** Send this frame. */
  record Send(long number, Control control) implements ProviderOutput {}

  /** Say whether the job can be had, through {@code onAssessed}. */
  record Assess(Control.Ask ask) implements ProviderOutput {}

  /** Verify the requestor's signature, through {@code onAcceptVerified}; refuse a replay. */
  record VerifyAccept(Agreement agreement, Bytes signature) implements ProviderOutput {}

  /** Sign, through {@code onSigned}. */
  record Sign(Agreement agreement) implements ProviderOutput {}

  /** Both are bound: take the input, and the request for the output. */
  record Receive(SignedAgreement signed, Task task) implements ProviderOutput {}

  /** Run the handler, through {@code onRunFinished} or {@code onRunFailed}. */
  record Run(SignedAgreement signed, Task task) implements ProviderOutput {}

  /** Write the output to whoever asked for it. */
  record Deliver() implements ProviderOutput {}

  /** Sign the receipt and make the claim durable, through {@code onClaimed}. */
  record MakeClaim(SignedAgreement signed, Receipt receipt) implements ProviderOutput {}

  /** Verify the requestor's signature, through {@code onAckVerified}. */
  record VerifyAck(SettledReceipt settled) implements ProviderOutput {}

  /** Make the settled receipt durable, through {@code onPersisted}. */
  record Persist(SettledReceipt settled) implements ProviderOutput {}

  /** It is over: tell the handler if it runs, and close the streams. Comes once. */
  record Ended(JobState state, CancelCause cause, String line) implements ProviderOutput {}
}
