package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.OfferTopic;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.function.Consumer;

/**
 * Judges offers: structure first, then what is held already, and only then the signature, off the
 * loop and within the budget of the peer that sent it. Confined to the mesh loop.
 */
final class OfferIntake {
  private final MeshContext context;
  private final MachineDriver<OfferTable, OfferTable.Output> table;
  private final VerificationBudget budget;

  OfferIntake(
      MeshContext context,
      MachineDriver<OfferTable, OfferTable.Output> table,
      OfferGossipConfig config) {
    this.context = context;
    this.table = table;
    this.budget =
        new VerificationBudget(config.verificationsPerSecond(), config.verificationsBurst());
  }

  void judge(OfferTopic topic, PeerId from, TopicMessage message, Consumer<Verdict> answer) {
    SignedOffer signed;
    try {
      signed = message.content(SignedOffer.class, data -> SignedOffer.decode(data.toByteArray()));
    } catch (MalformedMessageException malformed) {
      answer.accept(Verdict.REJECT);
      return;
    }
    if (!topic.carries(signed.offer())) {
      answer.accept(Verdict.REJECT);
      return;
    }
    long nowNanos = context.host().loop().nowNanos();
    OfferTable.Standing standing = table.machine().standing(signed, nowNanos);
    boolean ours = signed.offer().provider().equals(context.keyPair().peerId());
    if (standing == OfferTable.Standing.FRESH) {
      // An offer of two classes comes on two topics, and has to pass on the second as well.
      answer.accept(Verdict.ACCEPT);
    } else if (standing != OfferTable.Standing.NEW || ours) {
      answer.accept(Verdict.IGNORE);
    } else if (!budget.take(from, nowNanos)) {
      answer.accept(Verdict.FORGET);
    } else {
      context
          .host()
          .loop()
          .offload(
              () -> signed.verify(context.signatures()),
              (sound, failure) ->
                  onVerified(signed, failure == null && Boolean.TRUE.equals(sound), answer));
    }
  }

  private void onVerified(SignedOffer signed, boolean sound, Consumer<Verdict> answer) {
    if (!sound) {
      answer.accept(Verdict.REJECT);
      return;
    }
    table.input((offers, now) -> offers.onVerified(signed, now));
    OfferTable.Standing standing =
        table.machine().standing(signed, context.host().loop().nowNanos());
    // Held now; or sound, and there was no room for it here, which is no reason to keep it from
    // others. Anything else: while this one was verified, a later version came or it ended.
    boolean worthForwarding =
        standing == OfferTable.Standing.FRESH || standing == OfferTable.Standing.NEW;
    answer.accept(worthForwarding ? Verdict.ACCEPT : Verdict.IGNORE);
  }
}
