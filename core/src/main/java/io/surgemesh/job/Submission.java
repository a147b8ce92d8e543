package io.surgemesh.job;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.market.Amount;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Offer;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One job of a requestor from submission to result, over as many placements as it may have.
 *
 * <p>A placement that failed counts, and its provider is left out until no other matches. One that
 * never came to an agreement does not count.
 */
final class Submission implements Machine<SubmissionOutput> {
  private enum Phase {
    NEW,
    DIGESTING,
    SEEKING,
    PLACING,
    ENDED
  }

  private final RequestorLimits limits;
  private final MeshName meshName;
  private final PeerId self;
  private final JobPlan plan;
  private final Queue<SubmissionOutput> outputs = new ArrayDeque<>();
  // Bounded by placementsMax, and by the providers that refuse this job for good.
  private final Set<PeerId> failedAt = new TreeSet<>();
  private final Set<PeerId> refusedBy = new TreeSet<>();
  private Phase phase = Phase.NEW;
  private long deadlineNanos = NEVER;
  private long unmatchedNanos = NEVER;
  private String unmatchedWhy = "";
  private @Nullable Task task;
  private @Nullable PeerId provider;
  private MeshException.@Nullable Refused lastRefusal;
  private @Nullable MeshException ending;
  private int placements;

  Submission(RequestorLimits limits, MeshName meshName, PeerId self, JobPlan plan) {
    this.limits = limits;
    this.meshName = meshName;
    this.self = self;
    this.plan = plan;
  }

  Requirements requirements() {
    return plan.requirements();
  }

  /** Returns whether a provider can be taken now. */
  boolean isSeeking() {
    return phase == Phase.SEEKING;
  }

  /** Returns whether this provider will not have this job, whenever it is asked. */
  boolean isRefusedBy(PeerId peer) {
    return refusedBy.contains(peer);
  }

  /** Returns whether this job failed there, and others should be tried first. */
  boolean hasFailedAt(PeerId peer) {
    return failedAt.contains(peer);
  }

  /** Returns whether every provider is as good as every other to this job. */
  boolean leavesNobodyOut() {
    return failedAt.isEmpty() && refusedBy.isEmpty();
  }

  /** Nobody else matches: those where it failed may be tried again. */
  void forgetFailures() {
    failedAt.clear();
  }

  void start(long nowNanos) {
    deadlineNanos = nowNanos + plan.deadline().toNanos();
    phase = Phase.DIGESTING;
    outputs.add(new SubmissionOutput.Digest());
  }

  /** The input's SHA-256; null when it cannot be read or has another length. */
  void onDigested(@Nullable Bytes sha256, long nowNanos) {
    if (phase != Phase.DIGESTING) {
      return;
    }
    if (sha256 == null) {
      finish(
          new MeshException.JobFailed(
              MeshException.JobFailed.Reason.INPUT_WRONG, "the input cannot be read"));
      return;
    }
    task =
        Task.of(
            plan.requirements().runtime(),
            plan.arguments(),
            plan.inputBytes(),
            sha256,
            plan.repeatable());
    seek();
  }

  private void seek() {
    phase = Phase.SEEKING;
    unmatchedNanos = NEVER;
    provider = null;
    outputs.add(new SubmissionOutput.Seek());
  }

  /** This offer matches and has room. */
  void onOffer(SignedOffer signed, long nowNanos) {
    if (phase != Phase.SEEKING || task == null) {
      return;
    }
    Offer offer = signed.offer();
    phase = Phase.PLACING;
    unmatchedNanos = NEVER;
    provider = offer.provider();
    outputs.add(
        new SubmissionOutput.Place(
            new Proposal(meshName, self, offer.provider(), signed.hash(), task, terms(offer))));
  }

  /** The most it can cost at the offered price, or the budget if that is less, is the cap. */
  private Terms terms(Offer offer) {
    Terms uncapped =
        new Terms(
            offer.price(),
            requirements().cpuMillicoresMin(),
            requirements().memoryBytesMin(),
            plan.inputBytes(),
            plan.outputBytesMax(),
            plan.runTimeMax(),
            limits.grace(),
            limits.receiptInterval(),
            requirements().budget());
    Amount most =
        uncapped.amount(
            new Usage(uncapped.runMax().toNanos(), 0, plan.inputBytes(), plan.outputBytesMax()));
    return uncapped.withAmountMax(most);
  }

  /** Offers match, but none has room now. */
  void onBusy(long nowNanos) {
    unmatchedNanos = NEVER;
  }

  /** No offer matches, for the reason given. */
  void onNoMatch(String why, long nowNanos) {
    if (phase == Phase.SEEKING) {
      unmatchedWhy = why;
      if (unmatchedNanos == NEVER) {
        unmatchedNanos = nowNanos + limits.offersWait().toNanos();
      }
    }
  }

  /** Both signed. */
  void onPlaced(long nowNanos) {
    if (phase == Phase.PLACING && provider != null) {
      placements++;
      outputs.add(new SubmissionOutput.TellPlaced(provider, placements));
    }
  }

  void onProgressed(int permille, long nowNanos) {
    if (phase == Phase.PLACING && provider != null) {
      outputs.add(new SubmissionOutput.TellProgress(provider, permille));
    }
  }

  void onRefused(RequestorOutput.Refused refused, long nowNanos) {
    PeerId by = provider;
    if (phase != Phase.PLACING || by == null || endsAsWanted()) {
      return;
    }
    List<String> reasons = refused.reasons().stream().map(Refusal::toString).toList();
    lastRefusal = new MeshException.Refused(by, reasons);
    if (refused.reasons().stream().anyMatch(reason -> !reason.constraint().passing())) {
      refusedBy.add(by);
    }
    seek();
  }

  void onFailed(RequestorOutput.Failed failed, long nowNanos) {
    PeerId at = provider;
    if (phase != Phase.PLACING || at == null || endsAsWanted()) {
      return;
    }
    boolean again = plan.repeatable() && placements < plan.placementsMax();
    if (!failed.placed()) {
      if (failed.cause() == CancelCause.PROTOCOL) {
        failedAt.add(at);
      }
      seek();
    } else if (again) {
      failedAt.add(at);
      outputs.add(new SubmissionOutput.TellReplaced(at, failed.cause().reason().name()));
      seek();
    } else {
      finish(new MeshException.JobFailed(at, failed.cause().reason(), failed.line()));
    }
  }

  /** The output is checked and the receipt durable. */
  void onSettled(RequestorOutput.Settled settled, long nowNanos) {
    if (phase == Phase.PLACING) {
      phase = Phase.ENDED;
      outputs.add(new SubmissionOutput.Done(settled, placements));
    }
  }

  /** The user wants it no more, or everything closes. */
  void onStop(MeshException why, long nowNanos) {
    stop(why);
  }

  private boolean endsAsWanted() {
    MeshException why = ending;
    if (why == null) {
      return false;
    }
    finish(why);
    return true;
  }

  private void stop(MeshException why) {
    if (phase == Phase.ENDED || ending != null) {
      return;
    }
    if (phase == Phase.PLACING) {
      // A result that is being settled is still taken; otherwise the placement fails at once.
      ending = why;
      outputs.add(new SubmissionOutput.Abandon());
    } else {
      finish(why);
    }
  }

  private void finish(MeshException why) {
    phase = Phase.ENDED;
    outputs.add(new SubmissionOutput.Failed(why));
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (phase == Phase.ENDED || ending != null) {
      return;
    }
    if (deadlineNanos <= nowNanos) {
      stop(timedOut());
    } else if (phase == Phase.SEEKING && unmatchedNanos <= nowNanos) {
      finish(lastRefusal == null ? new MeshException.NoOffers(unmatchedWhy) : lastRefusal);
    }
  }

  private MeshException timedOut() {
    String detail = lastRefusal == null ? "the deadline passed" : lastRefusal.getMessage();
    return new MeshException.JobFailed(
        provider, MeshException.JobFailed.Reason.TIMED_OUT, String.valueOf(detail));
  }

  @Override
  public long deadlineNanos() {
    if (phase == Phase.ENDED || ending != null) {
      return NEVER;
    }
    return phase == Phase.SEEKING ? Math.min(deadlineNanos, unmatchedNanos) : deadlineNanos;
  }

  @Override
  public @Nullable SubmissionOutput poll() {
    return outputs.poll();
  }
}
