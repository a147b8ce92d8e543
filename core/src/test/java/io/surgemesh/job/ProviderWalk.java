package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.market.Claim;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A provider's machine, driven by hand, and what must hold of it at all times. */
final class ProviderWalk {
  final Capacity capacity;
  final ProviderNegotiation machine;
  final List<ProviderOutput> outputs = new ArrayList<>();
  long nowNanos;
  long sent;
  int ends;
  int finalPersists;
  int commits;
  @Nullable Claim lastClaim;

  ProviderWalk(Capacity capacity) {
    this.capacity = capacity;
    this.machine =
        new ProviderNegotiation(
            Fixtures.CONFIG, MeshName.PUBLIC, Fixtures.PROVIDER, Fixtures.REQUESTOR, capacity);
    machine.start(0);
  }

  static ProviderWalk fresh() {
    Capacity capacity = new Capacity(1 << 20);
    capacity.resize(4000, 1 << 30);
    return new ProviderWalk(capacity);
  }

  /** Goes the straight way to a state. */
  static ProviderWalk in(JobState state) {
    ProviderWalk walk = fresh();
    if (state == JobState.NEW) {
      return walk;
    }
    if (state == JobState.REFUSED) {
      walk.frame(Fixtures.ASK);
      walk.with(
          m ->
              m.onAssessed(
                  new Assessment(Fixtures.TERMS, List.of(Refusal.of(Constraint.NOT_ADMITTED))),
                  walk.nowNanos));
      return walk;
    }
    if (state == JobState.EXPIRED) {
      walk.nowNanos = Fixtures.CONFIG.provider().negotiateWithin().toNanos();
      walk.with(m -> m.onTimeout(walk.nowNanos));
      return walk;
    }
    walk.frame(Fixtures.ASK);
    walk.with(m -> m.onAssessed(new Assessment(Fixtures.TERMS, List.of()), walk.nowNanos));
    if (state == JobState.QUOTED) {
      return walk;
    }
    return goOn(walk, state);
  }

  private static ProviderWalk goOn(ProviderWalk walk, JobState state) {
    walk.frame(Fixtures.ACCEPT);
    if (state == JobState.COMMITTING) {
      return walk;
    }
    walk.with(m -> m.onAcceptVerified(true, walk.nowNanos));
    walk.with(m -> m.onSigned(Fixtures.SIGNATURE, walk.nowNanos));
    if (state == JobState.RUNNING) {
      return walk;
    }
    if (state == JobState.CANCELLED) {
      walk.frame(new Control.Cancel(CancelCause.REQUESTED, ""));
      return walk;
    }
    walk.with(m -> m.onInputReceived(Fixtures.INPUT_BYTES, Fixtures.SHA256, walk.nowNanos));
    if (state == JobState.FAILED) {
      walk.with(m -> m.onRunFailed(CancelCause.JOB_FAILED, walk.nowNanos));
      return walk;
    }
    walk.nowNanos += 1_000_000_000L;
    walk.with(m -> m.onRunFinished(10, Fixtures.SHA256, 5, walk.nowNanos));
    walk.claim();
    if (state == JobState.SETTLED) {
      walk.frame(new Control.ReceiptAck(1, Fixtures.SIGNATURE));
      walk.with(m -> m.onAckVerified(true, walk.nowNanos));
      walk.with(m -> m.onPersisted(true, walk.nowNanos));
    }
    return walk;
  }

  /** Answers the receipt that is to be signed. */
  void claim() {
    Claim made =
        outputs.stream()
            .filter(ProviderOutput.MakeClaim.class::isInstance)
            .map(ProviderOutput.MakeClaim.class::cast)
            .reduce((first, second) -> second)
            .map(make -> new Claim(make.signed(), make.receipt(), Fixtures.SIGNATURE))
            .orElse(null);
    with(m -> m.onClaimed(made, nowNanos));
  }

  void frame(Control control) {
    sent++;
    frame(sent, control);
  }

  void frame(long number, Control control) {
    with(m -> m.onFrame(number, control, nowNanos));
  }

  void with(Consumer<ProviderNegotiation> input) {
    boolean endedBefore = machine.state().isEnd();
    JobState before = machine.state();
    input.accept(machine);
    for (ProviderOutput output = machine.poll(); output != null; output = machine.poll()) {
      outputs.add(output);
      note(output, before);
    }
    if (endedBefore) {
      assertThat(machine.state()).isEqualTo(before);
    }
    assertThat(capacity.isOversold()).isFalse();
    assertThat(ends).isEqualTo(machine.state().isEnd() ? 1 : 0);
    assertThat(finalPersists).isLessThanOrEqualTo(1);
    assertThat(commits).isLessThanOrEqualTo(1);
    if (machine.state().isEnd()) {
      assertThat(machine.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    } else if (!isSettlingLast()) {
      assertThat(machine.deadlineNanos()).isLessThan(Long.MAX_VALUE);
    }
  }

  private boolean isSettlingLast() {
    return machine.state() == JobState.DELIVERED;
  }

  private void note(ProviderOutput output, JobState before) {
    if (output instanceof ProviderOutput.Ended) {
      ends++;
    } else if (output instanceof ProviderOutput.Persist persist) {
      SettledReceipt settled = persist.settled();
      Terms terms = settled.agreement().agreement().terms();
      assertThat(settled.receipt().amount()).isLessThanOrEqualTo(terms.amountMax());
      if (settled.receipt().isFinal()) {
        finalPersists++;
      }
    } else if (output instanceof ProviderOutput.Send send
        && send.control() instanceof Control.Commit) {
      assertThat(before).isEqualTo(JobState.COMMITTING);
      commits++;
    }
  }

  boolean hasSent(Control.Kind kind) {
    return outputs.stream()
        .anyMatch(
            output -> output instanceof ProviderOutput.Send send && send.control().kind() == kind);
  }

  boolean cancelled(CancelCause cause) {
    return outputs.stream()
        .anyMatch(
            output ->
                output instanceof ProviderOutput.Send send
                    && send.control() instanceof Control.Cancel cancel
                    && cancel.cause() == cause);
  }
}
