package io.surgemesh.simulator;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Claim;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Price;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.SplittableRandom;

/** Claims of one provider against one requestor, all from one seed. */
final class Receipts {
  private static final Terms TERMS =
      new Terms(
          Price.perCpuSecond(1000),
          1000,
          1 << 20,
          1 << 20,
          1 << 20,
          Duration.ofMinutes(10),
          Terms.GRACE,
          Duration.ofSeconds(1),
          Amount.of(1_000_000_000L));

  final KeyPair provider;
  private final KeyPair requestor;
  private final Signatures signatures;
  private final SplittableRandom random;

  Receipts(long seed, KeyPair provider, Signatures signatures) {
    this.random = new SplittableRandom(seed);
    this.provider = provider;
    this.signatures = signatures;
    this.requestor = KeyPair.fromSeed(bytes(KeyPair.SEED_BYTES).toByteArray());
  }

  private Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  /** Returns the last claim under a new agreement. */
  Claim claim() {
    Agreement agreement =
        Agreement.draft(
            MeshName.PUBLIC,
            requestor.peerId(),
            provider.peerId(),
            bytes(Agreement.NONCE_BYTES),
            bytes(32),
            bytes(32),
            TERMS,
            Duration.ofSeconds(5));
    SignedAgreement signed =
        new SignedAgreement(
            agreement, agreement.sign(requestor, signatures), agreement.sign(provider, signatures));
    Usage usage = new Usage(1_000_000_000L, 900_000_000L, 10, 1);
    Receipt receipt =
        Receipt.last(agreement.id(), 1, usage, TERMS.amount(usage), bytes(32), random.nextInt(99));
    return new Claim(signed, receipt, receipt.sign(provider, signatures));
  }
}
