package io.surgemesh.job;

import io.surgemesh.market.Claim;
import io.surgemesh.market.SettledReceipt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Plays the input against the requestor's side of a negotiation, which must keep its purse. */
public final class RequestorNegotiationFuzz {
  private static final int FRAME = 0x80;

  private final NegotiationScript script;
  private final RequestorNegotiation machine =
      new RequestorNegotiation(Fixtures.CONFIG, Fixtures.PROPOSAL, new SplittableRandom(5));
  private long nowNanos;
  private int ends;
  private int finalSettles;
  private @Nullable Claim claim;

  private RequestorNegotiationFuzz(byte[] data) {
    this.script = new NegotiationScript(data);
    machine.start(0);
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new RequestorNegotiationFuzz(data).play();
  }

  private void play() {
    while (script.hasNext()) {
      JobState before = machine.state();
      step(script.next());
      drain();
      if (before.isEnd() && machine.state() != before) {
        throw new AssertionError("goes on after " + before);
      }
      if (finalSettles > 1 || ends != (machine.state().isEnd() ? 1 : 0)) {
        throw new AssertionError("paid twice, or ended more or less than once");
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
      case 0 -> machine.onOpened(nowNanos);
      case 1 -> machine.onSigned(Fixtures.SIGNATURE, nowNanos);
      case 2 -> machine.onCommitVerified(good, nowNanos);
      case 3 -> machine.onClaimVerified(good, nowNanos);
      case 4 -> machine.onOutput(script.next(), Fixtures.SHA256, nowNanos);
      case 5 -> machine.onTransferFailed(CancelCause.BROKEN, nowNanos);
      case 6 -> machine.onSettled(good ? settled() : null, nowNanos);
      case 7 -> machine.onCancel(nowNanos);
      case 8 -> machine.onBroken(nowNanos);
      default -> {
        nowNanos += script.next() * 1_000_000_000L;
        machine.onTimeout(nowNanos);
      }
    }
  }

  private @Nullable SettledReceipt settled() {
    Claim known = claim;
    return known == null ? null : known.settle(Fixtures.SIGNATURE);
  }

  private void drain() {
    for (RequestorOutput output = machine.poll(); output != null; output = machine.poll()) {
      if (output instanceof RequestorOutput.Settled
          || output instanceof RequestorOutput.Refused
          || output instanceof RequestorOutput.Failed) {
        ends++;
      } else if (output instanceof RequestorOutput.Settle settle) {
        claim = settle.claim();
        if (claim.receipt().amount().compareTo(Fixtures.TERMS.amountMax()) > 0) {
          throw new AssertionError("pays more than agreed");
        }
        finalSettles += claim.receipt().isFinal() ? 1 : 0;
      }
    }
  }
}
