package io.surgemesh.job;

import io.surgemesh.job.Control.Kind;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where a negotiation and its job stand. This table is the one place that says, for both sides, who
 * has to move, until when, what silence leads to, and which frames may come.
 *
 * <p>Cancel and KeepAlive may come in every state that is not an end. Any other frame ends the
 * agreement with Cancel(PROTOCOL). In an end nothing that comes changes anything.
 */
@SuppressWarnings("ImmutableEnumChecker") // the set in a Rule is unmodifiable
enum JobState {
  /** No terms yet. */
  NEW(
      rule(Mover.PROVIDER, Wait.ANSWER, Silence.EXPIRES, Kind.QUOTE, Kind.REFUSE),
      rule(Mover.REQUESTOR, Wait.NEGOTIATION, Silence.EXPIRES, Kind.ASK)),
  /** Terms are quoted; the requestor signs. */
  QUOTED(
      rule(Mover.REQUESTOR, Wait.ANSWER, Silence.EXPIRES),
      rule(Mover.REQUESTOR, Wait.NEGOTIATION, Silence.EXPIRES, Kind.ACCEPT)),
  /** The requestor is bound; the provider verifies and signs, then the requestor verifies. */
  COMMITTING(
      rule(Mover.PROVIDER, Wait.COMMIT, Silence.EXPIRES, Kind.COMMIT, Kind.REFUSE),
      rule(Mover.PROVIDER, Wait.NEGOTIATION, Silence.EXPIRES)),
  /** Both are bound: input, run, interim receipts. */
  RUNNING(
      rule(Mover.PROVIDER, Wait.RUN, Silence.FAILS, Kind.PROGRESS, Kind.RECEIPT),
      rule(Mover.PROVIDER, Wait.RUN, Silence.FAILS, Kind.RECEIPT_ACK)),
  /** The final receipt is there; the requestor checks the output and countersigns. */
  DELIVERED(
      rule(Mover.REQUESTOR, Wait.SETTLEMENT, Silence.FAILS),
      rule(Mover.REQUESTOR, Wait.SETTLEMENT, Silence.FAILS, Kind.RECEIPT_ACK)),
  /** End: the countersigned final receipt is durable here. */
  SETTLED,
  /** End: the provider would not. */
  REFUSED,
  /** End: no answer came before both were bound. */
  EXPIRED,
  /** End: one side's user did not want it any more. */
  CANCELLED,
  /** End: it went wrong after the agreement, or a side broke the protocol. */
  FAILED;

  /** Whose action leads on. */
  enum Mover {
    REQUESTOR,
    PROVIDER,
    NOBODY
  }

  /**
   * What bounds the stay; in {@link #RUN} and {@link #SETTLEMENT} the grace of the lease as well.
   */
  enum Wait {
    /** The requestor's bound on the way to terms. */
    ANSWER,
    /** The provider's bound on the way to a Commit. */
    NEGOTIATION,
    /** The agreement's commit-within. */
    COMMIT,
    /** The agreed longest run. */
    RUN,
    /** Time to move the output and sign. */
    SETTLEMENT,
    /** For ever: an end. */
    NOTHING
  }

  /** What follows when the bound on a stay passes. */
  enum Silence {
    EXPIRES,
    FAILS,
    CHANGES_NOTHING
  }

  /**
   * One side's row.
   *
   * @param mover who has to move
   * @param bound what bounds the stay
   * @param silence what follows when the bound passes
   * @param accepted the frames that may come besides Cancel and KeepAlive
   */
  record Rule(Mover mover, Wait bound, Silence silence, Set<Kind> accepted) {
    JobState afterSilence(JobState present) {
      return switch (silence) {
        case EXPIRES -> EXPIRED;
        case FAILS -> FAILED;
        case CHANGES_NOTHING -> present;
      };
    }

    boolean accepts(Kind kind) {
      return kind == Kind.CANCEL || kind == Kind.KEEP_ALIVE || accepted.contains(kind);
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // A rule holds enums and an unmodifiable set of enums.
  private final Rule asRequestor;

  @SuppressWarnings("ImmutableEnumChecker") // As above.
  private final Rule asProvider;

  /** An end. */
  JobState() {
    this.asRequestor =
        new Rule(Mover.NOBODY, Wait.NOTHING, Silence.CHANGES_NOTHING, Collections.emptySet());
    this.asProvider = asRequestor;
  }

  JobState(Rule asRequestor, Rule asProvider) {
    this.asRequestor = asRequestor;
    this.asProvider = asProvider;
  }

  Rule asRequestor() {
    return asRequestor;
  }

  Rule asProvider() {
    return asProvider;
  }

  /** Returns whether nothing follows. */
  boolean isEnd() {
    return asRequestor.mover() == Mover.NOBODY;
  }

  /** Returns whether both sides are bound. */
  boolean isBound() {
    return this == RUNNING || this == DELIVERED;
  }

  private static Rule rule(Mover mover, Wait bound, Silence silence, Kind... accepted) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    Collections.addAll(kinds, accepted);
    return new Rule(mover, bound, silence, Collections.unmodifiableSet(kinds));
  }
}
