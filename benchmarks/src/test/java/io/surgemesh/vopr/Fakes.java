package io.surgemesh.vopr;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Claim;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.Price;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Resources;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.KeyedSignatures;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What happens in runs that never were: two peers, their agreements, logs and offers. */
final class Fakes {
  static final int SELLER = 0;
  static final int BUYER = 1;
  static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
  static final Signatures SIGNATURES = new KeyedSignatures(1);

  private static final KeyPair[] KEYS = {key(1), key(2), key(3)};
  private static final Bytes TASK = Bytes.of(new byte[32]);

  private Fakes() {}

  static KeyPair key(int number) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return KeyPair.fromSeed(seed);
  }

  static KeyPair keyOf(int peer) {
    return KEYS[peer];
  }

  static Happening.Started started(int peer, int life) {
    return new Happening.Started(peer, KEYS[peer].peerId(), life);
  }

  /** Returns an agreement of the buyer with the seller, different for each number. */
  static SignedAgreement agreement(int number) {
    return agreement(number, TASK);
  }

  static SignedAgreement agreement(int number, Bytes taskHash) {
    byte[] nonce = new byte[Agreement.NONCE_BYTES];
    nonce[0] = (byte) number;
    Terms terms =
        new Terms(
            Price.perCpuSecond(1000),
            1000,
            1 << 20,
            0,
            0,
            Duration.ofMinutes(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Amount.of(60_000));
    Agreement agreement =
        Agreement.draft(
            MeshName.PUBLIC,
            KEYS[BUYER].peerId(),
            KEYS[SELLER].peerId(),
            Bytes.of(nonce),
            TASK,
            taskHash,
            terms,
            Duration.ofSeconds(5));
    return new SignedAgreement(
        agreement,
        agreement.sign(KEYS[BUYER], SIGNATURES),
        agreement.sign(KEYS[SELLER], SIGNATURES));
  }

  static Claim claim(SignedAgreement agreement, int seconds, boolean isFinal) {
    Usage usage = new Usage(Duration.ofSeconds(seconds).toNanos(), 0, 0, 0);
    Amount amount = agreement.agreement().terms().amount(usage);
    Bytes id = agreement.agreement().id();
    Receipt receipt =
        isFinal
            ? Receipt.last(id, seconds, usage, amount, TASK, 0)
            : Receipt.interim(id, seconds, usage, amount);
    return new Claim(agreement, receipt, receipt.sign(KEYS[SELLER], SIGNATURES));
  }

  /** Returns the next entry of a peer's log: a claim, before the buyer signed it. */
  static LedgerEntry claimEntry(int peer, List<LedgerEntry> log, Claim claim) {
    return LedgerEntry.seal(log.size(), lastHash(log), claim, KEYS[peer], SIGNATURES);
  }

  /** Returns the next entry of a peer's log: a receipt that both signed. */
  static LedgerEntry receiptEntry(int peer, List<LedgerEntry> log, Claim claim) {
    return LedgerEntry.seal(
        log.size(),
        lastHash(log),
        claim.settle(claim.receipt().sign(KEYS[BUYER], SIGNATURES)),
        KEYS[peer],
        SIGNATURES);
  }

  private static Bytes lastHash(List<LedgerEntry> log) {
    return log.isEmpty() ? LedgerEntry.NO_HASH : log.get(log.size() - 1).hash();
  }

  /** Returns an offer issued at {@link #NOW} for a minute. */
  static Offer offer(int peer, int number) {
    return Offer.builder(
            KEYS[peer].peerId(),
            OfferId.random(new SplittableRandom(number)),
            Resources.of(1000, 1 << 30))
        .version(1, NOW)
        .ttl(Duration.ofMinutes(1))
        .price(Price.perCpuSecond(1))
        .runtime(Work.RUNTIME)
        .build();
  }

  static SignedOffer sealed(Offer offer, int peer) {
    return SignedOffer.seal(offer, KEYS[peer], SIGNATURES);
  }

  /** Tells a checker what happened, a second apart; returns what it found in the end. */
  static Optional<String> found(Checker checker, Happening... happenings) {
    Optional<String> found = Optional.empty();
    long nowNanos = 0;
    for (Happening happening : happenings) {
      if (found.isPresent()) {
        throw new AssertionError("before " + happening + ": " + found.get());
      }
      nowNanos += Duration.ofSeconds(1).toNanos();
      found = checker.on(nowNanos, happening);
    }
    return found;
  }
}
