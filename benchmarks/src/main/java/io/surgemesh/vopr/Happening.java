package io.surgemesh.vopr;

import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.DiskFate;
import io.surgemesh.simulator.Fault;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run, seen from outside the code under test; all that checkers know.
 *
 * <p>Honest peers are named by their index in the mesh. A peer's life is counted from 0 and ends
 * with its process.
 */
sealed interface Happening {
  /**
   * Returns whether it counts in the trace of a run. What is only looked at more closely does not:
   * it follows from the rest, and seeds keep the traces that they had.
   */
  default boolean isTraced() {
    return true;
  }

  /** An honest peer is up. */
  record Started(int peer, PeerId id, int life) implements Happening {}

  /** An honest peer's process has died. */
  record Crashed(int peer, int life, DiskFate disk) implements Happening {}

  /** An honest peer has drained, closed and left for good. */
  record Left(int peer, int life) implements Happening {}

  /** A peer could not start again on what its disk has kept. */
  record Stillborn(int peer, String why) implements Happening {}

  /** A seller puts up so much for all of its jobs together. */
  record Sells(int peer, int life, int millicores, long memoryBytes) implements Happening {}

  /** A seller sells no more, and may finish what it has begun. */
  record Withdraws(int peer, int life) implements Happening {}

  /** A seller signs an agreement, for which it has set so much aside. */
  record Sold(int peer, int life, Bytes agreementId, int millicores, long memoryBytes)
      implements Happening {
    @Override
    public boolean isTraced() {
      return false;
    }

    @Override
    public String toString() {
      return String.format(
          "Sold[peer=%d, agreement=%s, millicores=%d, memoryBytes=%d]",
          peer, Names.shorten(agreementId), millicores, memoryBytes);
    }
  }

  /** A handler has returned, which held so much of its seller since {@code fromNanos}. */
  record Ran(
      int peer, int life, Bytes agreementId, int millicores, long memoryBytes, long fromNanos)
      implements Happening {
    @Override
    public String toString() {
      return String.format(
          "Ran[peer=%d, agreement=%s, millicores=%d, memoryBytes=%d, fromNanos=%d]",
          peer, Names.shorten(agreementId), millicores, memoryBytes, fromNanos);
    }
  }

  /** A further entry of a peer's log was found durable. */
  record Logged(int peer, LedgerEntry entry) implements Happening {
    @Override
    public String toString() {
      return String.format("Logged[peer=%d, %s]", peer, Names.describe(entry));
    }
  }

  /** Every log was read to its end at this moment. */
  record LogsRead() implements Happening {}

  /** What a peer's log holds after a restart, from its first entry. */
  record Reopened(int peer, DiskFate disk, List<LedgerEntry> entries) implements Happening {
    @Override
    public String toString() {
      return String.format("Reopened[peer=%d, disk=%s, entries=%d]", peer, disk, entries.size());
    }
  }

  /** A job was submitted. */
  record Submitted(int job, int buyer, int life, Bytes taskHash) implements Happening {
    @Override
    public String toString() {
      return String.format("Submitted[job=%d, buyer=%d]", job, buyer);
    }
  }

  /** How a job ended for its buyer. */
  enum Ending {
    /** With the output that was to be expected. */
    DONE,
    /** With another output. */
    WRONG_OUTPUT,
    /** With a failure of the world, which has a type. */
    FAILED,
    /** The buyer cancelled it. */
    CANCELLED,
    /** With an exception that no caller is told to expect. */
    UNTYPED
  }

  /**
   * A job has ended for its buyer.
   *
   * @param agreementId of the final receipt; null when there is none
   */
  record Ended(
      int job, int buyer, int life, Ending ending, @Nullable Bytes agreementId, String detail)
      implements Happening {
    @Override
    public String toString() {
      return String.format(
          "Ended[job=%d, buyer=%d, %s%s%s]",
          job, buyer, ending, detail.isEmpty() ? "" : ", ", detail);
    }
  }

  /** Every fault is over, for good. */
  record Healed() implements Happening {}

  /** By now every job that was submitted must have ended. */
  record JobsDue() implements Happening {}

  /** A peer begins to look for another, which lives; after healing it must find it. */
  record LookUp(int number, int from, int to) implements Happening {}

  /** The lookup of that number is over. */
  record LookedUp(int number, boolean found) implements Happening {}

  /** By now every lookup must be over. */
  record LookUpsDue() implements Happening {}

  /**
   * What a peer's board lists.
   *
   * @param wallNow what that peer's wall clock shows
   */
  record Board(int peer, int life, Instant wallNow, List<SignedOffer> offers) implements Happening {
    @Override
    public String toString() {
      return String.format("Board[peer=%d, offers=%d]", peer, offers.size());
    }
  }

  /** From now on the boards must agree. */
  record BoardsDue() implements Happening {}

  /** A whole seller is being bought, to see whether all of it is free again. */
  record Probe(int job, int seller) implements Happening {}

  /** By now everything must be free again. */
  record ProbesDue() implements Happening {}

  /** Stands for no peer, but the whole network. */
  int NOBODY = -1;

  /**
   * How much of something bounded there is.
   *
   * @param peer whose it is; {@link #NOBODY} for that of the network
   */
  record Measured(int peer, String what, long value, long most) implements Happening {}

  /** A fault of the plan begins. */
  record Struck(Fault fault) implements Happening {}

  /** A fault of the plan is over. */
  record Mended(Fault fault) implements Happening {}

  /** Code under test logged an error, or threw. */
  record Bug(String line) implements Happening {}
}
