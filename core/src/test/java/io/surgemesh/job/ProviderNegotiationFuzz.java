package io.surgemesh.job;

import io.surgemesh.market.Claim;
import io.surgemesh.market.MeshName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays the input against the provider's side of a negotiation, which must keep its promises. */
public final class ProviderNegotiationFuzz {
  private static final int FRAME = 0x80;

  private final NegotiationScript script;
  private final Capacity capacity = new Capacity(1 << 20);
  private final ProviderNegotiation machine =
      new ProviderNegotiation(
          Fixtures.CONFIG, MeshName.PUBLIC, Fixtures.PROVIDER, Fixtures.REQUESTOR, capacity);
  private long nowNanos;
  private int ends;
  private int commits;
  private @Nullable Claim claim;

  private ProviderNegotiationFuzz(byte[] data) {
    this.script = new NegotiationScript(data);
    capacity.resize(4000, 1 << 30);
    machine.start(0);
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new ProviderNegotiationFuzz(data).play();
  }

  private void play() {
    while (script.hasNext()) {
      JobState before = machine.state();
      step(script.next());
      drain();
      if (before.isEnd() && machine.state() != before) {
        throw new AssertionError("goes on after " + before);
      }
      if (capacity.isOversold() || commits > 1 || ends != (machine.state().isEnd() ? 1 : 0)) {
        throw new AssertionError("sold twice, bound twice, or ended more or less than once");
      }
    }
  }

  private void step(int step) {
    if ((step & FRAME) != 0) {
      NegotiationScript.Sent sent = script.frame(step);
      if (sent == null) {
        machine.onMalformed(nowNanos);
      } else {
        machine.onFrame(sent.number(), sent.control(), nowNanos);
      }
      return;
    }
    boolean good = (step & 0x40) == 0;
    switch (step & 0x0f) {
      case 0 ->
          machine.onAssessed(
              new Assessment(
                  Fixtures.TERMS, good ? List.of() : List.of(Refusal.of(Constraint.CAPACITY))),
              nowNanos);
      case 1 -> machine.onAcceptVerified(good, nowNanos);
      case 2 -> machine.onSigned(Fixtures.SIGNATURE, nowNanos);
      case 3 -> machine.onInputBytes(script.next(), nowNanos);
      case 4 ->
          machine.onInputReceived(
              good ? Fixtures.INPUT_BYTES : script.next(), Fixtures.SHA256, nowNanos);
      case 5 -> machine.onInputFailed(CancelCause.BROKEN, nowNanos);
      case 6 -> machine.onProgress(script.next(), nowNanos);
      case 7 -> machine.onRunFinished(script.next(), Fixtures.SHA256, 5, nowNanos);
      case 8 -> machine.onRunFailed(CancelCause.JOB_FAILED, nowNanos);
      case 9 -> machine.onClaimed(good ? claim : null, nowNanos);
      case 10 -> machine.onAckVerified(good, nowNanos);
      case 11 -> machine.onPersisted(good, nowNanos);
      case 12 -> machine.onBroken(nowNanos);
      case 13 -> machine.onDeliveryFailed(nowNanos);
      case 14 -> machine.onClose(nowNanos);
      default -> {
        nowNanos += script.next() * 1_000_000_000L;
        machine.onTimeout(nowNanos);
      }
    }
  }

  private void drain() {
    for (ProviderOutput output = machine.poll(); output != null; output = machine.poll()) {
      if (output instanceof ProviderOutput.Ended) {
        ends++;
      } else if (output instanceof ProviderOutput.MakeClaim make) {
        claim = new Claim(make.signed(), make.receipt(), Fixtures.SIGNATURE);
      } else if (output instanceof ProviderOutput.Send send
          && send.control() instanceof Control.Commit) {
        commits++;
      }
    }
  }
}
