package io.surgemesh.job;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Claim;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Price;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.List;

/** Two peers and what they trade. */
final class Fixtures {
  static final PeerId REQUESTOR = KeyPair.fromSeed(seed(1)).peerId();
  static final PeerId PROVIDER = KeyPair.fromSeed(seed(2)).peerId();
  static final Bytes OFFER_HASH = Bytes.of(new byte[32]);
  static final Bytes SIGNATURE = Bytes.of(new byte[64]);
  static final Bytes SHA256 = Bytes.of(seed(9));
  static final long INPUT_BYTES = 100;
  static final JobConfig CONFIG = JobConfig.defaults();
  static final Task TASK = Task.of("java:sum", Bytes.EMPTY, INPUT_BYTES, SHA256, true);
  static final Terms TERMS = terms(1000);
  static final Agreement AGREEMENT = agreement(TERMS, 0);
  static final SignedAgreement SIGNED = new SignedAgreement(AGREEMENT, SIGNATURE, SIGNATURE);
  static final Control.Ask ASK = new Control.Ask(OFFER_HASH, TASK, TERMS);
  static final Control.Accept ACCEPT = new Control.Accept(AGREEMENT, SIGNATURE, TASK);
  static final Proposal PROPOSAL =
      new Proposal(MeshName.PUBLIC, REQUESTOR, PROVIDER, OFFER_HASH, TASK, TERMS);

  private Fixtures() {}

  static byte[] seed(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return seed;
  }

  static Terms terms(int millicores) {
    return new Terms(
        Price.perCpuSecond(1000),
        millicores,
        1 << 20,
        INPUT_BYTES,
        1000,
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5),
        Amount.of(40_000));
  }

  static Agreement agreement(Terms terms, int nonce) {
    return Agreement.draft(
        MeshName.PUBLIC,
        REQUESTOR,
        PROVIDER,
        Bytes.of(seed(nonce)).slice(0, Agreement.NONCE_BYTES),
        OFFER_HASH,
        TASK.hash(),
        terms,
        Duration.ofSeconds(5));
  }

  static Receipt interim(Bytes agreementId, long number, long seconds) {
    Usage usage = new Usage(seconds * 1_000_000_000L, 0, INPUT_BYTES, 0);
    return Receipt.interim(agreementId, number, usage, TERMS.amount(usage));
  }

  static Receipt last(Bytes agreementId, long number, long seconds) {
    Usage usage = new Usage(seconds * 1_000_000_000L, 0, INPUT_BYTES, 10);
    return Receipt.last(agreementId, number, usage, TERMS.amount(usage), SHA256, 10);
  }

  /** Returns one frame of every kind, each well-formed. */
  static List<Control> oneOfEach() {
    return List.of(
        ASK,
        new Control.Quote(TERMS, 2000),
        ACCEPT,
        new Control.Commit(SIGNATURE),
        new Control.Refuse(List.of(Refusal.of(Constraint.CAPACITY, 5, 3).retryAfter(7)), "no"),
        new Control.Cancel(CancelCause.REQUESTED, "bye"),
        new Control.Progress(250, 10),
        new Control.ReceiptFrame(interim(AGREEMENT.id(), 1, 1), SIGNATURE),
        new Control.ReceiptAck(1, SIGNATURE),
        new Control.KeepAlive());
  }

  static Claim claim(Receipt receipt) {
    return new Claim(SIGNED, receipt, SIGNATURE);
  }
}
