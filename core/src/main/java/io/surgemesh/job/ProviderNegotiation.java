package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Claim;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The provider's side of one negotiation and its job; {@link JobState} is its table.
 *
 * <p>Holds and claims {@link Capacity}, which the negotiations of one peer share, and gives it back
 * exactly once: processor and memory when the handler has returned, the rest when it is over too.
 */
final class ProviderNegotiation implements Machine<ProviderOutput> {
  private final JobConfig config;
  private final MeshName meshName;
  private final PeerId self;
  private final PeerId requestor;
  private final Capacity capacity;
  private final ControlLink link = new ControlLink();
  private final ProgressPace progress = new ProgressPace();
  private final Queue<ProviderOutput> outputs = new ArrayDeque<>();
  private JobState state = JobState.NEW;
  private long limitNanos = NEVER;
  private long holdNanos = NEVER;
  private Control.@Nullable Ask ask;
  private @Nullable Quoted quoted;
  private Capacity.@Nullable Claim claim;
  private @Nullable Agreement accepted;
  private Bytes requestorSignature = Bytes.EMPTY;
  private @Nullable ReceiptBook receipts;
  private boolean signing;
  private boolean inputTaken;
  private boolean running;

  ProviderNegotiation(
      JobConfig config, MeshName meshName, PeerId self, PeerId requestor, Capacity capacity) {
    this.config = config;
    this.meshName = meshName;
    this.self = self;
    this.requestor = requestor;
    this.capacity = capacity;
  }

  JobState state() {
    return state;
  }

  /** Returns whether it is over and no handler runs for it any more. */
  boolean isDone() {
    return state.isEnd() && !running;
  }

  void start(long nowNanos) {
    limitNanos = nowNanos + config.provider().negotiateWithin().toNanos();
  }

  void onFrame(long number, Control control, long nowNanos) {
    if (state.isEnd()) {
      return;
    }
    if (!link.accept(number, nowNanos) || !state.asProvider().accepts(control.kind())) {
      onMalformed(nowNanos);
    } else if (control instanceof Control.Ask asked) {
      onAsk(asked, nowNanos);
    } else if (control instanceof Control.Accept accept) {
      onAccept(accept, nowNanos);
    } else if (control instanceof Control.ReceiptAck ack) {
      onAck(ack, nowNanos);
    } else if (control instanceof Control.Cancel cancel && !isSettlingLast()) {
      end(JobState.CANCELLED, cancel.cause(), cancel.line());
    }
  }

  /** Once the last signature is here, what the requestor does further takes nothing away. */
  private boolean isSettlingLast() {
    return state == JobState.DELIVERED && receipts != null && receipts.isAcked();
  }

  /** The requestor sent what is no control frame, or one out of place. */
  void onMalformed(long nowNanos) {
    if (!isSettlingLast()) {
      cancel(JobState.FAILED, CancelCause.PROTOCOL, "", nowNanos);
    }
  }

  /** The control stream is gone. */
  void onBroken(long nowNanos) {
    if (!state.isEnd() && !isSettlingLast()) {
      end(state.isBound() ? JobState.FAILED : JobState.EXPIRED, CancelCause.BROKEN, "");
    }
  }

  /** The output cannot be read. */
  void onDeliveryFailed(long nowNanos) {
    if (state.isBound() && !isSettlingLast()) {
      cancel(JobState.FAILED, CancelCause.UNKNOWN, "", nowNanos);
    }
  }

  /** A bug has stopped this machine: gives back what it holds. */
  void release() {
    if (claim != null) {
      claim.freeAll();
    }
  }

  /** This peer stops selling now. */
  void onClose(long nowNanos) {
    cancel(JobState.CANCELLED, CancelCause.DRAINING, "", nowNanos);
  }

  private void onAsk(Control.Ask asked, long nowNanos) {
    if (ask != null) {
      onMalformed(nowNanos);
      return;
    }
    ask = asked;
    outputs.add(new ProviderOutput.Assess(asked));
  }

  void onAssessed(Assessment assessment, long nowNanos) {
    if (state != JobState.NEW || ask == null) {
      return;
    }
    if (!assessment.isPositive()) {
      refuse(assessment.against(), nowNanos);
      return;
    }
    Terms terms = assessment.terms();
    quoted = new Quoted(ask, terms);
    claim = capacity.claim(Demand.of(terms, ask.task()));
    long holdMillis = config.provider().holdFor().toMillis();
    boolean held = holdMillis > 0 && claim.hold();
    if (held) {
      holdNanos = nowNanos + config.provider().holdFor().toNanos();
    }
    state = JobState.QUOTED;
    send(new Control.Quote(terms, held ? (int) holdMillis : 0), nowNanos);
  }

  private void onAccept(Control.Accept accept, long nowNanos) {
    holdNanos = NEVER;
    if (claim == null || quoted == null || !quoted.isMetBy(accept, meshName, requestor, self)) {
      refuse(List.of(Refusal.of(Constraint.AGREEMENT)), nowNanos);
    } else if (!claim.take()) {
      refuse(List.of(busy(accept.agreement().terms())), nowNanos);
    } else {
      state = JobState.COMMITTING;
      accepted = accept.agreement();
      requestorSignature = accept.signature();
      outputs.add(new ProviderOutput.VerifyAccept(accept.agreement(), accept.signature()));
    }
  }

  private Refusal busy(Terms terms) {
    return Refusal.of(Constraint.CAPACITY, terms.cpuMillicores(), capacity.freeMillicores())
        .retryAfter(ProviderDesk.RETRY_AFTER_MILLIS);
  }

  /** {@code holds} is false as well when this agreement was accepted before. */
  void onAcceptVerified(boolean holds, long nowNanos) {
    if (state != JobState.COMMITTING || accepted == null || signing) {
      return;
    }
    if (holds) {
      signing = true;
      outputs.add(new ProviderOutput.Sign(accepted));
    } else {
      refuse(List.of(Refusal.of(Constraint.AGREEMENT)), nowNanos);
    }
  }

  void onSigned(Bytes signature, long nowNanos) {
    if (state != JobState.COMMITTING || !signing || accepted == null || ask == null) {
      return;
    }
    SignedAgreement signed = new SignedAgreement(accepted, requestorSignature, signature);
    Terms terms = accepted.terms();
    state = JobState.RUNNING;
    receipts = new ReceiptBook(signed, nowNanos);
    limitNanos = nowNanos + terms.runMax().toNanos();
    link.startLease(terms, nowNanos);
    outputs.add(new ProviderOutput.Receive(signed, ask.task()));
    send(new Control.Commit(signature), nowNanos);
  }

  /** So many bytes of the input have come, in all. */
  void onInputBytes(long bytes, long nowNanos) {
    if (state == JobState.RUNNING) {
      progress.inputBytes(bytes, nowNanos);
      sendProgress(nowNanos);
    }
  }

  /** The input has ended. */
  void onInputReceived(long bytes, Bytes sha256, long nowNanos) {
    if (state != JobState.RUNNING || inputTaken || ask == null || receipts == null) {
      return;
    }
    Task task = ask.task();
    inputTaken = true;
    if (bytes != task.inputBytes() || !sha256.equals(task.inputSha256())) {
      cancel(JobState.FAILED, CancelCause.INPUT_WRONG, "", nowNanos);
      return;
    }
    receipts.inputBytes(bytes);
    running = true;
    outputs.add(new ProviderOutput.Run(receipts.signed(), task));
  }

  /** The input cannot be taken: it broke off, was too long, or could not be spooled. */
  void onInputFailed(CancelCause cause, long nowNanos) {
    if (state == JobState.RUNNING && !inputTaken) {
      cancel(JobState.FAILED, cause, "", nowNanos);
    }
  }

  /** The handler says how far it is. */
  void onProgress(int permille, long nowNanos) {
    if (state == JobState.RUNNING) {
      progress.permille(permille, nowNanos);
      sendProgress(nowNanos);
    }
  }

  /** The handler has returned and its output is complete. */
  void onRunFinished(long bytes, Bytes sha256, long cpuNanos, long nowNanos) {
    if (!onReturned() || receipts == null) {
      return;
    }
    receipts.finish(bytes, sha256, cpuNanos);
    outputs.add(new ProviderOutput.Deliver());
    claimIfDue(nowNanos);
  }

  /** The handler has thrown, or could not be run. */
  void onRunFailed(CancelCause cause, long nowNanos) {
    if (onReturned()) {
      cancel(JobState.FAILED, cause, "", nowNanos);
    }
  }

  private boolean onReturned() {
    if (!running) {
      return false;
    }
    running = false;
    if (claim != null) {
      claim.freeWork();
      if (state.isEnd()) {
        claim.freeAll();
      }
    }
    return !state.isEnd();
  }

  /** The claim is durable; null when it could not be made so. */
  void onClaimed(@Nullable Claim made, long nowNanos) {
    if (receipts == null || !state.isBound() || !receipts.onClaimed(made, nowNanos)) {
      return;
    }
    if (made == null) {
      cancel(JobState.FAILED, CancelCause.LEDGER, "", nowNanos);
      return;
    }
    if (made.receipt().isFinal()) {
      state = JobState.DELIVERED;
      limitNanos = nowNanos + Settling.nanos(config, made.receipt().outputBytes());
    }
    send(new Control.ReceiptFrame(made.receipt(), made.providerSignature()), nowNanos);
  }

  private void onAck(Control.ReceiptAck ack, long nowNanos) {
    SettledReceipt settled = receipts == null ? null : receipts.onAck(ack);
    if (settled == null) {
      onMalformed(nowNanos);
    } else {
      outputs.add(new ProviderOutput.VerifyAck(settled));
    }
  }

  void onAckVerified(boolean holds, long nowNanos) {
    SettledReceipt settled = receipts == null || !state.isBound() ? null : receipts.onVerified();
    if (settled == null) {
      return;
    }
    if (holds) {
      outputs.add(new ProviderOutput.Persist(settled));
    } else {
      cancel(JobState.FAILED, CancelCause.RECEIPT_WRONG, "", nowNanos);
    }
  }

  /** The settled receipt is durable, or could not be made so. */
  void onPersisted(boolean durable, long nowNanos) {
    SettledReceipt settled =
        receipts == null || !state.isBound() ? null : receipts.onPersisted(nowNanos);
    if (settled == null) {
      return;
    }
    if (!durable) {
      cancel(JobState.FAILED, CancelCause.LEDGER, "", nowNanos);
    } else if (settled.receipt().isFinal()) {
      end(JobState.SETTLED, CancelCause.UNKNOWN, "");
    } else {
      claimIfDue(nowNanos);
    }
  }

  private void claimIfDue(long nowNanos) {
    if (receipts != null && receipts.isOverdue(nowNanos)) {
      cancel(JobState.FAILED, CancelCause.OUT_OF_TIME, "", nowNanos);
    } else if (receipts != null && receipts.dueNanos() <= nowNanos) {
      outputs.add(new ProviderOutput.MakeClaim(receipts.signed(), receipts.next(nowNanos)));
    }
  }

  private void sendProgress(long nowNanos) {
    if (progress.dueNanos() <= nowNanos) {
      send(progress.take(nowNanos), nowNanos);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (state.isEnd() || isSettlingLast()) {
      return;
    }
    if (holdNanos <= nowNanos && claim != null) {
      holdNanos = NEVER;
      claim.unhold();
    }
    if (link.silentNanos() <= nowNanos) {
      end(JobState.FAILED, CancelCause.SILENT, "");
    } else if (limitNanos <= nowNanos) {
      cancel(state.asProvider().afterSilence(state), CancelCause.OUT_OF_TIME, "", nowNanos);
    } else if (state == JobState.RUNNING) {
      sendProgress(nowNanos);
      claimIfDue(nowNanos);
    }
    if (!state.isEnd() && link.keepAliveNanos() <= nowNanos) {
      send(new Control.KeepAlive(), nowNanos);
    }
  }

  @Override
  public long deadlineNanos() {
    if (state.isEnd() || isSettlingLast()) {
      return NEVER;
    }
    long nanos = Math.min(Math.min(limitNanos, holdNanos), link.silentNanos());
    nanos = Math.min(nanos, link.keepAliveNanos());
    if (state == JobState.RUNNING && receipts != null) {
      nanos = Math.min(nanos, Math.min(progress.dueNanos(), receipts.dueNanos()));
    }
    return nanos;
  }

  @Override
  public @Nullable ProviderOutput poll() {
    return outputs.poll();
  }

  private void send(Control control, long nowNanos) {
    outputs.add(new ProviderOutput.Send(link.nextNumber(nowNanos), control));
  }

  private void refuse(List<Refusal> reasons, long nowNanos) {
    send(new Control.Refuse(reasons, ""), nowNanos);
    end(JobState.REFUSED, CancelCause.UNKNOWN, "");
  }

  private void cancel(JobState end, CancelCause cause, String line, long nowNanos) {
    if (!state.isEnd()) {
      send(new Control.Cancel(cause, line), nowNanos);
      end(end, cause, line);
    }
  }

  private void end(JobState end, CancelCause cause, String line) {
    state = end;
    if (claim != null && !running) {
      claim.freeAll();
    }
    outputs.add(new ProviderOutput.Ended(end, cause, line));
  }
}
