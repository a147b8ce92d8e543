package io.surgemesh.job;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;

/** What {@link Submission} wants done. */
sealed interface SubmissionOutput {
  /** Digest the input, through {@code onDigested}. */
  record Digest() implements SubmissionOutput {}

  /** Find a provider, through {@code onOffer}, {@code onBusy} or {@code onNoMatch}. */
  record Seek() implements SubmissionOutput {}

  /** Negotiate, through {@code onPlaced} and on. */
  record Place(Proposal proposal) implements SubmissionOutput {}

  /** End the negotiation or job under way; it still tells its end. */
  record Abandon() implements SubmissionOutput {}

  /** Tell the user: placed. */
  record TellPlaced(PeerId provider, int attempt) implements SubmissionOutput {}

  /** Tell the user: so far. */
  record TellProgress(PeerId provider, int permille) implements SubmissionOutput {}

  /** Tell the user: failed there, placed again. */
  record TellReplaced(PeerId provider, String reason) implements SubmissionOutput {}

  /** The last: there is a result. */
  record Done(RequestorOutput.Settled settled, int placements) implements SubmissionOutput {}

  /** The last: there is none. */
  record Failed(MeshException why) implements SubmissionOutput {}
}
