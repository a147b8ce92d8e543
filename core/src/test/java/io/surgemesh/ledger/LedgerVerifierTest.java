package io.surgemesh.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.ledger.LedgerFault.Reason;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Claim;
import io.surgemesh.market.Damage;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Trades;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerVerifierTest {
  private final Books books = new Books(20);
  private final Trades trades = books.trades;
  private final SignedAgreement agreement = trades.signedAgreement();

  private static Reason faultOf(LedgerReport report) {
    return report.fault().orElseThrow().reason();
  }

  @Test
  void anHonestLogHolds() throws MalformedMessageException {
    Books honest = Books.honest(1);
    LedgerReport report = honest.verify();
    assertThat(report.fault()).isEmpty();
    assertThat(report.holds()).isTrue();
    assertThat(report.entries()).isEqualTo(6);
    assertThat(report.claims()).isEqualTo(3);
    assertThat(report.receipts()).isEqualTo(3);
    assertThat(report.finalReceipts()).isEqualTo(2);
    assertThat(report.earned()).isEqualTo(Map.of("credit", Amount.of(3_000_000)));
    assertThat(report.spent()).isEmpty();
    for (LedgerEntry entry : honest.entries) {
      LedgerEntry decoded = LedgerEntry.decode(entry.bytes());
      assertThat(decoded).isEqualTo(entry).hasSameHashCodeAs(entry);
      assertThat(decoded.settled()).isEqualTo(entry.settled());
      assertThat(decoded.claim()).isEqualTo(entry.claim());
    }
  }

  @Test
  void theRequestorsLogCountsWhatItSpent() {
    SettledReceipt settled = trades.settled(trades.claim(agreement, 4, true));
    LedgerEntry entry =
        LedgerEntry.seal(0, LedgerEntry.NO_HASH, settled, trades.requestor, Trades.SIGNATURES);
    LedgerVerifier verifier = new LedgerVerifier(trades.requestor.peerId(), Trades.SIGNATURES);
    assertThat(verifier.accept(entry.bytes())).isEmpty();
    assertThat(verifier.report().spent()).isEqualTo(Map.of("credit", Amount.of(4_000_000)));
  }

  @Test
  void noByteOfAnyEntryCanBeChangedUnnoticed() {
    Books honest = Books.honest(2);
    for (int at = 0; at < honest.entries.size(); at++) {
      List<Bytes> envelopes = honest.envelopes();
      int index = at;
      assertThat(
              Damage.unnoticed(
                  honest.entries.get(at).bytes().toByteArray(),
                  changed -> {
                    envelopes.set(index, Bytes.of(changed));
                    return honest.verify(envelopes).holds();
                  }))
          .isEmpty();
    }
  }

  @Test
  void bytesAddedToAnEntryAreNoticed() {
    Books honest = Books.honest(3);
    List<Bytes> envelopes = honest.envelopes();
    byte[] last = envelopes.get(5).toByteArray();
    byte[] longer = Arrays.copyOf(last, last.length + 2);
    longer[last.length] = 15 << 3;
    envelopes.set(5, Bytes.of(longer));
    assertThat(faultOf(honest.verify(envelopes))).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void entriesSwappedDroppedOrDoubledAreNoticed() {
    Books honest = Books.honest(4);
    for (int at = 0; at < 5; at++) {
      List<Bytes> swapped = honest.envelopes();
      Collections.swap(swapped, at, at + 1);
      LedgerReport report = honest.verify(swapped);
      assertThat(faultOf(report)).isEqualTo(Reason.INDEX);
      assertThat(report.entries()).isEqualTo(at);
      assertThat(report.fault().orElseThrow().index()).isEqualTo(at);
      List<Bytes> dropped = honest.envelopes();
      dropped.remove(at);
      assertThat(faultOf(honest.verify(dropped))).isEqualTo(Reason.INDEX);
    }
    for (int at = 0; at < 6; at++) {
      List<Bytes> doubled = honest.envelopes();
      doubled.add(at, doubled.get(at));
      assertThat(faultOf(honest.verify(doubled))).isEqualTo(Reason.INDEX);
    }
  }

  @Test
  void anotherHistoryBehindTheSameIndexDoesNotChain() {
    List<Bytes> envelopes = Books.honest(5).envelopes();
    Books other = new Books(5);
    other.add(trades(other).claim(other.trades.signedAgreement(), 7, true));
    envelopes.set(0, other.entries.get(0).bytes());
    assertThat(faultOf(other.verify(envelopes))).isEqualTo(Reason.PREVIOUS_HASH);
  }

  private static Trades trades(Books books) {
    return books.trades;
  }

  @Test
  void aLogOfSomeoneElseIsRefused() {
    Claim claim = trades.claim(agreement, 1, false);
    books.add(LedgerEntry.Kind.CLAIM, claim, Bytes.EMPTY, trades.requestor);
    assertThat(faultOf(books.verify())).isEqualTo(Reason.OWNER);
  }

  @Test
  void theOwnerMustBeAParty() {
    KeyPair stranger = trades.keyPair();
    SignedAgreement foreign =
        trades.signed(
            trades.agreement(trades.requestor, stranger, trades.terms()),
            trades.requestor,
            stranger);
    books.add(trades.claim(foreign, 1, false));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.NOT_A_PARTY);
  }

  @Test
  void signaturesOfTheAgreementMustHold() {
    Bytes wrong = trades.bytes(64);
    SignedAgreement noRequestor =
        new SignedAgreement(agreement.agreement(), wrong, agreement.providerSignature());
    SignedAgreement noProvider =
        new SignedAgreement(agreement.agreement(), agreement.requestorSignature(), wrong);
    books.add(trades.claim(noRequestor, 1, false));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.AGREEMENT_SIGNATURE);
    books.entries.clear();
    // A later entry is looked at as closely as the first one of the agreement.
    books.add(trades.claim(agreement, 1, false)).add(trades.claim(noProvider, 2, false));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.AGREEMENT_SIGNATURE);
  }

  @Test
  void signaturesOfTheReceiptMustHold() {
    Claim claim = trades.claim(agreement, 1, false);
    Claim unsigned = new Claim(agreement, claim.receipt(), trades.bytes(64));
    books.add(unsigned);
    assertThat(faultOf(books.verify())).isEqualTo(Reason.RECEIPT_SIGNATURE);
    books.entries.clear();
    books.add(claim.settle(claim.providerSignature()));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.RECEIPT_SIGNATURE);
  }

  @Test
  void aReceiptMustBeOneOfItsAgreement() {
    Receipt other = Trades.receipt(trades.agreement(), 1, false);
    books.add(trades.claim(agreement, other));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.OTHER_AGREEMENT);
  }

  @Test
  void aReceiptMustNotClaimMoreThanTheCap() {
    Amount above = agreement.agreement().terms().amountMax().plus(Amount.of(1)).orElseThrow();
    books.add(trades.claim(agreement, interim(1, Trades.usage(1), above)));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.ABOVE_CAP);
  }

  private Receipt interim(long number, Usage usage, Amount amount) {
    return Receipt.interim(agreement.agreement().id(), number, usage, amount);
  }

  private Reason after(Claim first, Claim second) {
    books.entries.clear();
    books.add(first).add(second);
    return faultOf(books.verify());
  }

  @Test
  void numbersUsageAndAmountsNeverFall() {
    Claim first = trades.claim(agreement, interim(2, Trades.usage(2), Amount.of(20)));
    assertThat(after(first, first)).isEqualTo(Reason.NUMBER);
    assertThat(after(first, trades.claim(agreement, interim(1, Trades.usage(3), Amount.of(30)))))
        .isEqualTo(Reason.NUMBER);
    assertThat(after(first, trades.claim(agreement, interim(3, Trades.usage(1), Amount.of(30)))))
        .isEqualTo(Reason.USAGE);
    assertThat(after(first, trades.claim(agreement, interim(3, Trades.usage(3), Amount.of(19)))))
        .isEqualTo(Reason.AMOUNT);
  }

  @Test
  void nothingFollowsTheFinalReceipt() {
    Claim last = trades.claim(agreement, 1, true);
    Claim further = trades.claim(agreement, 2, true);
    assertThat(after(last, further)).isEqualTo(Reason.AFTER_FINAL);
    books.entries.clear();
    books.add(trades.settled(last)).add(further);
    assertThat(faultOf(books.verify())).isEqualTo(Reason.AFTER_FINAL);
    books.entries.clear();
    books.add(last).add(trades.settled(further));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.AFTER_FINAL);
  }

  @Test
  void aClaimAndAReceiptOfOneNumberMustBeTheSame() {
    Claim one = trades.claim(agreement, interim(1, Trades.usage(1), Amount.of(10)));
    Claim other = trades.claim(agreement, interim(1, Trades.usage(1), Amount.of(11)));
    books.add(one).add(trades.settled(other));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.NUMBER);
    books.entries.clear();
    books.add(trades.settled(one)).add(other);
    assertThat(faultOf(books.verify())).isEqualTo(Reason.NUMBER);
  }

  @Test
  void aReceiptThatComesLateMustFitUnderTheNextClaim() {
    Claim one = trades.claim(agreement, interim(1, Trades.usage(1), Amount.of(10)));
    Claim two = trades.claim(agreement, interim(2, Trades.usage(2), Amount.of(9)));
    books.add(two).add(trades.settled(one));
    assertThat(faultOf(books.verify())).isEqualTo(Reason.AMOUNT);
  }

  @Test
  void theFirstFaultStays() {
    Books honest = Books.honest(6);
    LedgerVerifier verifier = new LedgerVerifier(honest.owner(), Trades.SIGNATURES);
    assertThat(verifier.accept(honest.entries.get(1).bytes())).isPresent();
    LedgerFault fault = verifier.report().fault().orElseThrow();
    assertThat(verifier.accept(honest.entries.get(0).bytes())).contains(fault);
    assertThat(fault.line()).isEqualTo("the index is not the next one");
  }

  @Test
  void randomBytesAreMalformed() {
    for (int length = 0; length < 300; length++) {
      LedgerVerifier verifier = new LedgerVerifier(books.owner(), Trades.SIGNATURES);
      assertThat(verifier.accept(trades.bytes(length)).orElseThrow().reason())
          .isEqualTo(Reason.MALFORMED);
    }
  }
}
