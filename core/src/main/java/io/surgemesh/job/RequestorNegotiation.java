package io.surgemesh.job;

import io.surgemesh.machine.Machine;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Claim;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The requestor's side of one negotiation and its job; {@link JobState} is its table.
 *
 * <p>Once the countersigned final receipt is being made durable nothing but the disk can end it
 * otherwise: neither a Cancel nor a broken stream takes away a result that was paid for.
 */
final class RequestorNegotiation implements Machine<RequestorOutput> {
  private final JobConfig config;
  private final Proposal proposal;
  private final RandomGenerator random;
  private final ControlLink link = new ControlLink();
  private final Queue<RequestorOutput> outputs = new ArrayDeque<>();
  private JobState state = JobState.NEW;
  private long limitNanos = NEVER;
  private long askedNanos;
  private long agreementNanos;
  private long commitNanos;
  private long outputNanos;
  private boolean opened;
  private @Nullable Agreement agreement;
  private Bytes signature = Bytes.EMPTY;
  private @Nullable SignedAgreement committing;
  private @Nullable SignedAgreement signed;
  private @Nullable ClaimCheck check;
  private @Nullable Claim claim;
  private boolean claimVerified;
  private boolean settling;
  private long outputBytes = -1;
  private Bytes outputSha256 = Bytes.EMPTY;

  RequestorNegotiation(JobConfig config, Proposal proposal, RandomGenerator random) {
    this.config = config;
    this.proposal = proposal;
    this.random = random;
  }

  JobState state() {
    return state;
  }

  /** The control stream is being opened. */
  void start(long nowNanos) {
    limitNanos = nowNanos + config.requestor().answerWithin().toNanos();
  }

  /** The control stream is there. */
  void onOpened(long nowNanos) {
    if (state == JobState.NEW && !opened) {
      opened = true;
      askedNanos = nowNanos;
      send(new Control.Ask(proposal.offerHash(), proposal.task(), proposal.wanted()), nowNanos);
    }
  }

  void onFrame(long number, Control control, long nowNanos) {
    if (state.isEnd()) {
      return;
    }
    // A provider may refuse before it is asked, but not quote.
    if (!link.accept(number, nowNanos)
        || !state.asRequestor().accepts(control.kind())
        || (!opened && control.kind() == Control.Kind.QUOTE)) {
      onMalformed(nowNanos);
    } else if (control instanceof Control.Quote quote) {
      onQuote(quote, nowNanos);
    } else if (control instanceof Control.Commit commit) {
      onCommit(commit, nowNanos);
    } else if (control instanceof Control.Refuse refuse) {
      state = JobState.REFUSED;
      outputs.add(new RequestorOutput.Refused(refuse.reasons(), refuse.line()));
    } else if (control instanceof Control.Progress progress) {
      outputs.add(new RequestorOutput.Progressed(progress.permille()));
    } else if (control instanceof Control.ReceiptFrame receipt) {
      onReceipt(receipt, nowNanos);
    } else if (control instanceof Control.Cancel cancel) {
      fail(JobState.FAILED, cancel.cause(), cancel.line());
    }
  }

  /** The provider sent what is no control frame, or one out of place. */
  void onMalformed(long nowNanos) {
    cancel(JobState.FAILED, CancelCause.PROTOCOL, nowNanos);
  }

  /** The control stream is gone, or could not be had. */
  void onBroken(long nowNanos) {
    JobState end = state.isBound() ? JobState.FAILED : JobState.EXPIRED;
    fail(end, opened ? CancelCause.BROKEN : CancelCause.UNREACHABLE, "");
  }

  /** Our own user wants it no more. */
  void onCancel(long nowNanos) {
    cancel(JobState.CANCELLED, CancelCause.REQUESTED, nowNanos);
  }

  private void onQuote(Control.Quote quote, long nowNanos) {
    if (!Bargain.isNoWorse(quote.terms(), proposal.wanted())) {
      cancel(JobState.FAILED, CancelCause.PROTOCOL, nowNanos);
      return;
    }
    byte[] nonce = new byte[Agreement.NONCE_BYTES];
    random.nextBytes(nonce);
    agreement =
        Agreement.draft(
            proposal.meshName(),
            proposal.requestor(),
            proposal.provider(),
            Bytes.of(nonce),
            proposal.offerHash(),
            proposal.task().hash(),
            quote.terms(),
            config.requestor().commitWithin());
    state = JobState.QUOTED;
    outputs.add(new RequestorOutput.Sign(agreement));
  }

  void onSigned(Bytes ours, long nowNanos) {
    if (state == JobState.QUOTED && agreement != null) {
      state = JobState.COMMITTING;
      signature = ours;
      limitNanos = nowNanos + agreement.commitWithin().toNanos();
      send(new Control.Accept(agreement, ours, proposal.task()), nowNanos);
    }
  }

  private void onCommit(Control.Commit commit, long nowNanos) {
    if (committing != null || agreement == null) {
      onMalformed(nowNanos);
      return;
    }
    committing = new SignedAgreement(agreement, signature, commit.signature());
    commitNanos = nowNanos;
    outputs.add(new RequestorOutput.VerifyCommit(committing));
  }

  void onCommitVerified(boolean holds, long nowNanos) {
    if (state != JobState.COMMITTING || committing == null) {
      return;
    }
    if (!holds) {
      cancel(JobState.FAILED, CancelCause.PROTOCOL, nowNanos);
      return;
    }
    Terms terms = committing.agreement().terms();
    state = JobState.RUNNING;
    signed = committing;
    check = new ClaimCheck(committing.agreement(), proposal.task(), commitNanos);
    agreementNanos = nowNanos - askedNanos;
    // The provider ends what takes too long; this is for one that does not.
    limitNanos = commitNanos + terms.runMax().toNanos() + terms.grace().toNanos();
    link.startLease(terms, nowNanos);
    outputs.add(new RequestorOutput.Placed(committing, agreementNanos));
  }

  private void onReceipt(Control.ReceiptFrame frame, long nowNanos) {
    if (claim != null || check == null || signed == null) {
      onMalformed(nowNanos);
      return;
    }
    Receipt receipt = frame.receipt();
    if (!check.isOwed(receipt, nowNanos)) {
      cancel(JobState.FAILED, CancelCause.RECEIPT_WRONG, nowNanos);
      return;
    }
    claim = new Claim(signed, receipt, frame.signature());
    claimVerified = false;
    if (receipt.isFinal()) {
      state = JobState.DELIVERED;
      limitNanos = nowNanos + Settling.nanos(config, receipt.outputBytes());
    }
    outputs.add(new RequestorOutput.VerifyClaim(claim));
  }

  void onClaimVerified(boolean holds, long nowNanos) {
    if (!state.isBound() || claim == null || claimVerified) {
      return;
    }
    claimVerified = true;
    if (holds) {
      settleIfDue(nowNanos);
    } else {
      cancel(JobState.FAILED, CancelCause.RECEIPT_WRONG, nowNanos);
    }
  }

  /** The output has ended. */
  void onOutput(long bytes, Bytes sha256, long nowNanos) {
    if (state.isBound() && outputBytes < 0) {
      outputBytes = bytes;
      outputSha256 = sha256;
      outputNanos = nowNanos;
      settleIfDue(nowNanos);
    }
  }

  /** The input cannot be sent or the output cannot be taken; the stream broke, or a disk failed. */
  void onTransferFailed(CancelCause cause, long nowNanos) {
    if (state.isBound()) {
      cancel(JobState.FAILED, cause, nowNanos);
    }
  }

  private void settleIfDue(long nowNanos) {
    if (claim == null || !claimVerified || settling) {
      return;
    }
    Receipt receipt = claim.receipt();
    if (receipt.isFinal() && outputBytes < 0) {
      return;
    }
    if (receipt.isFinal() && !isOutputOf(receipt)) {
      cancel(JobState.FAILED, CancelCause.OUTPUT_WRONG, nowNanos);
      return;
    }
    settling = true;
    outputs.add(new RequestorOutput.Settle(claim));
  }

  private boolean isOutputOf(Receipt receipt) {
    return receipt.outputBytes() == outputBytes
        && receipt.outputSha256().filter(outputSha256::equals).isPresent();
  }

  /** The countersigned receipt is durable; null when it could not be made so. */
  void onSettled(@Nullable SettledReceipt settled, long nowNanos) {
    if (!settling || state.isEnd() || claim == null || check == null) {
      return;
    }
    settling = false;
    Receipt receipt = claim.receipt();
    claim = null;
    if (settled == null) {
      cancel(JobState.FAILED, CancelCause.LEDGER, nowNanos);
      return;
    }
    check.settled(receipt);
    send(new Control.ReceiptAck(receipt.number(), settled.requestorSignature()), nowNanos);
    if (receipt.isFinal()) {
      state = JobState.SETTLED;
      outputs.add(new RequestorOutput.Settled(settled, agreementNanos, outputNanos - commitNanos));
    }
  }

  private boolean isSettlingFinal() {
    return settling && state == JobState.DELIVERED;
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (state.isEnd() || isSettlingFinal()) {
      return;
    }
    if (link.silentNanos() <= nowNanos) {
      fail(JobState.FAILED, CancelCause.SILENT, "");
    } else if (limitNanos <= nowNanos) {
      CancelCause cause =
          state == JobState.COMMITTING ? CancelCause.LATE_COMMIT : CancelCause.OUT_OF_TIME;
      cancel(state.asRequestor().afterSilence(state), cause, nowNanos);
    } else if (link.keepAliveNanos() <= nowNanos) {
      send(new Control.KeepAlive(), nowNanos);
    }
  }

  @Override
  public long deadlineNanos() {
    return state.isEnd() || isSettlingFinal()
        ? NEVER
        : Math.min(limitNanos, Math.min(link.silentNanos(), link.keepAliveNanos()));
  }

  @Override
  public @Nullable RequestorOutput poll() {
    return outputs.poll();
  }

  private void send(Control control, long nowNanos) {
    outputs.add(new RequestorOutput.Send(link.nextNumber(nowNanos), control));
  }

  private void cancel(JobState end, CancelCause cause, long nowNanos) {
    if (state.isEnd() || isSettlingFinal()) {
      return;
    }
    if (opened) {
      send(new Control.Cancel(cause, ""), nowNanos);
    }
    fail(end, cause, "");
  }

  private void fail(JobState end, CancelCause cause, String line) {
    if (!state.isEnd() && !isSettlingFinal()) {
      boolean placed = signed != null;
      state = end;
      outputs.add(new RequestorOutput.Failed(end, cause, line, placed));
    }
  }
}
