package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.market.Claim;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A requestor's machine, driven by hand, and what must hold of it at all times. */
final class RequestorWalk {
  final RequestorNegotiation machine =
      new RequestorNegotiation(Fixtures.CONFIG, Fixtures.PROPOSAL, new SplittableRandom(5));
  final List<RequestorOutput> outputs = new ArrayList<>();
  long nowNanos;
  long sent;
  int ends;
  int finalSettles;
  Bytes agreementId = Bytes.EMPTY;
  @Nullable Claim claim;

  static RequestorWalk in(JobState state) {
    RequestorWalk walk = new RequestorWalk();
    walk.with(m -> m.start(0));
    if (state == JobState.EXPIRED) {
      walk.with(m -> m.onBroken(0));
      return walk;
    }
    walk.with(m -> m.onOpened(walk.nowNanos));
    if (state == JobState.NEW) {
      return walk;
    }
    if (state == JobState.REFUSED) {
      walk.frame(new Control.Refuse(List.of(Refusal.of(Constraint.CAPACITY)), ""));
      return walk;
    }
    walk.frame(new Control.Quote(Fixtures.TERMS, 2000));
    if (state == JobState.QUOTED) {
      return walk;
    }
    walk.with(m -> m.onSigned(Fixtures.SIGNATURE, walk.nowNanos));
    if (state == JobState.COMMITTING) {
      return walk;
    }
    walk.frame(new Control.Commit(Fixtures.SIGNATURE));
    walk.with(m -> m.onCommitVerified(true, walk.nowNanos));
    if (state == JobState.RUNNING) {
      return walk;
    }
    if (state == JobState.CANCELLED) {
      walk.with(m -> m.onCancel(walk.nowNanos));
      return walk;
    }
    if (state == JobState.FAILED) {
      walk.frame(new Control.Cancel(CancelCause.JOB_FAILED, ""));
      return walk;
    }
    walk.nowNanos += 1_000_000_000L;
    walk.receipt(Fixtures.last(walk.agreementId, 1, 1));
    if (state == JobState.SETTLED) {
      walk.with(m -> m.onClaimVerified(true, walk.nowNanos));
      walk.with(m -> m.onOutput(10, Fixtures.SHA256, walk.nowNanos));
      walk.settle();
    }
    return walk;
  }

  void receipt(Receipt receipt) {
    frame(new Control.ReceiptFrame(receipt, Fixtures.SIGNATURE));
  }

  /** Answers the receipt that is to be countersigned. */
  void settle() {
    SettledReceipt settled = claim == null ? null : claim.settle(Fixtures.SIGNATURE);
    with(m -> m.onSettled(settled, nowNanos));
  }

  void frame(Control control) {
    sent++;
    frame(sent, control);
  }

  void frame(long number, Control control) {
    with(m -> m.onFrame(number, control, nowNanos));
  }

  void with(Consumer<RequestorNegotiation> input) {
    JobState before = machine.state();
    input.accept(machine);
    for (RequestorOutput output = machine.poll(); output != null; output = machine.poll()) {
      outputs.add(output);
      note(output);
    }
    if (before.isEnd()) {
      assertThat(machine.state()).isEqualTo(before);
    }
    assertThat(ends).isEqualTo(machine.state().isEnd() ? 1 : 0);
    assertThat(finalSettles).isLessThanOrEqualTo(1);
    if (machine.state().isEnd()) {
      assertThat(machine.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }
  }

  private void note(RequestorOutput output) {
    if (output instanceof RequestorOutput.Settled
        || output instanceof RequestorOutput.Refused
        || output instanceof RequestorOutput.Failed) {
      ends++;
    } else if (output instanceof RequestorOutput.Sign sign) {
      agreementId = sign.agreement().id();
    } else if (output instanceof RequestorOutput.Settle settle) {
      claim = settle.claim();
      assertThat(claim.receipt().amount()).isLessThanOrEqualTo(Fixtures.TERMS.amountMax());
      if (claim.receipt().isFinal()) {
        finalSettles++;
      }
    }
  }

  boolean cancelled(CancelCause cause) {
    return outputs.stream()
        .anyMatch(
            output ->
                output instanceof RequestorOutput.Send send
                    && send.control() instanceof Control.Cancel cancel
                    && cancel.cause() == cause);
  }
}
