package io.surgemesh.ledger;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Claim;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Trades;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Keeps a provider's log by hand, so that tests can make it wrong. */
final class Books {
  private final Signatures signatures = new RememberedSignatures();
  final Trades trades;
  final List<LedgerEntry> entries = new ArrayList<>();

  Books(long seed) {
    trades = new Trades(seed);
  }

  /** Returns an honest log of six entries: two agreements, claims and receipts of both. */
  static Books honest(long seed) {
    Books books = new Books(seed);
    SignedAgreement one = books.trades.signedAgreement();
    SignedAgreement two = books.trades.signedAgreement();
    Claim oneFirst = books.trades.claim(one, 1, false);
    Claim oneLast = books.trades.claim(one, 2, true);
    Claim twoLast = books.trades.claim(two, 1, true);
    books.add(oneFirst).add(twoLast).add(books.trades.settled(twoLast));
    return books
        .add(oneLast)
        .add(books.trades.settled(oneFirst))
        .add(books.trades.settled(oneLast));
  }

  PeerId owner() {
    return trades.provider.peerId();
  }

  Books add(Claim claim) {
    return add(LedgerEntry.Kind.CLAIM, claim, Bytes.EMPTY, trades.provider);
  }

  Books add(SettledReceipt receipt) {
    return add(
        LedgerEntry.Kind.RECEIPT, receipt.claim(), receipt.requestorSignature(), trades.provider);
  }

  Books add(LedgerEntry.Kind kind, Claim claim, Bytes requestorSignature, KeyPair key) {
    Bytes previous =
        entries.isEmpty() ? LedgerEntry.NO_HASH : entries.get(entries.size() - 1).hash();
    return add(entries.size(), previous, kind, claim, requestorSignature, key);
  }

  Books add(
      long index,
      Bytes previous,
      LedgerEntry.Kind kind,
      Claim claim,
      Bytes requestorSignature,
      KeyPair key) {
    entries.add(
        LedgerEntry.seal(index, previous, kind, claim, requestorSignature, key, Trades.SIGNATURES));
    return this;
  }

  List<Bytes> envelopes() {
    return new ArrayList<>(entries.stream().map(LedgerEntry::bytes).toList());
  }

  LedgerReport verify() {
    return verify(envelopes());
  }

  LedgerReport verify(List<Bytes> envelopes) {
    LedgerVerifier verifier = new LedgerVerifier(owner(), signatures);
    envelopes.forEach(verifier::accept);
    return verifier.report();
  }
}
