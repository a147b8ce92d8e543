package io.surgemesh.vopr;

import static io.surgemesh.vopr.Fakes.BUYER;
import static io.surgemesh.vopr.Fakes.SELLER;
import static io.surgemesh.vopr.Fakes.SIGNATURES;
import static io.surgemesh.vopr.Fakes.agreement;
import static io.surgemesh.vopr.Fakes.claim;
import static io.surgemesh.vopr.Fakes.claimEntry;
import static io.surgemesh.vopr.Fakes.found;
import static io.surgemesh.vopr.Fakes.receiptEntry;
import static io.surgemesh.vopr.Fakes.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.Claim;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.DiskFate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The checkers that read logs: that they verify, that they keep, that nothing is paid twice. */
class LogCheckersTest {
  private static final Happening BOTH_KNOWN = started(BUYER, 0);
  private static final Claim LAST = claim(agreement(1), 1, true);
  private static final LedgerEntry CLAIMED = claimEntry(SELLER, List.of(), LAST);
  private static final LedgerEntry SETTLED = receiptEntry(SELLER, List.of(CLAIMED), LAST);
  private static final LedgerEntry PAID = receiptEntry(BUYER, List.of(), LAST);

  private static Happening logged(int peer, LedgerEntry entry) {
    return new Happening.Logged(peer, entry);
  }

  private static Happening reopened(DiskFate disk, LedgerEntry... entries) {
    return new Happening.Reopened(SELLER, disk, List.of(entries));
  }

  /** Returns what is found when the buyer pays {@link #LAST}, and this as well. */
  private static Optional<String> paidAlso(Claim other) {
    return found(
        new SettlementChecker(),
        BOTH_KNOWN,
        logged(BUYER, PAID),
        logged(BUYER, receiptEntry(BUYER, List.of(PAID), other)));
  }

  @Test
  void aLogThatHoldsIsLeftAlone() {
    assertThat(
            found(
                new LedgerChecker(SIGNATURES),
                started(SELLER, 0),
                logged(SELLER, CLAIMED),
                logged(SELLER, SETTLED),
                reopened(DiskFate.KEPT, CLAIMED, SETTLED),
                reopened(DiskFate.LOST),
                logged(SELLER, CLAIMED)))
        .isEmpty();
  }

  @Test
  void anEntryThatDoesNotBindTheOneBeforeIsFound() {
    LedgerEntry unbound = claimEntry(SELLER, List.of(), claim(agreement(2), 1, true));
    assertThat(
            found(
                new LedgerChecker(SIGNATURES),
                started(SELLER, 0),
                logged(SELLER, CLAIMED),
                logged(SELLER, unbound)))
        .hasValueSatisfying(line -> assertThat(line).contains("INDEX"));
  }

  @Test
  void anEntryOfAnotherPeerIsFound() {
    assertThat(found(new LedgerChecker(SIGNATURES), started(BUYER, 0), logged(BUYER, CLAIMED)))
        .hasValueSatisfying(line -> assertThat(line).contains("OWNER"));
  }

  @Test
  void aLogThatDoesNotHoldAfterARestartIsFound() {
    assertThat(
            found(
                new LedgerChecker(SIGNATURES),
                started(SELLER, 0),
                logged(SELLER, CLAIMED),
                reopened(DiskFate.TORN, SETTLED)))
        .isPresent();
    assertThat(found(new LedgerChecker(SIGNATURES), new Happening.Stillborn(SELLER, "torn")))
        .isPresent();
  }

  @Test
  void anEntryGoneAfterACrashIsFoundUnlessTheDiskIsLost() {
    for (DiskFate disk : DiskFate.values()) {
      assertThat(
              found(
                      new DurabilityChecker(),
                      logged(SELLER, CLAIMED),
                      logged(SELLER, SETTLED),
                      reopened(disk, CLAIMED))
                  .isPresent())
          .isEqualTo(disk != DiskFate.LOST);
    }
  }

  @Test
  void anEntryChangedByACrashIsFound() {
    LedgerEntry other = claimEntry(SELLER, List.of(), claim(agreement(2), 1, true));
    assertThat(
            found(new DurabilityChecker(), logged(SELLER, CLAIMED), reopened(DiskFate.TORN, other)))
        .isPresent();
  }

  @Test
  void whatWasWrittenAfterTheLastLookMayBeThere() {
    assertThat(
            found(
                new DurabilityChecker(),
                logged(SELLER, CLAIMED),
                reopened(DiskFate.TORN, CLAIMED, SETTLED)))
        .isEmpty();
  }

  @Test
  void aReceiptPaidByBothInOrderIsLeftAlone() {
    assertThat(
            found(
                new SettlementChecker(),
                started(SELLER, 0),
                BOTH_KNOWN,
                logged(BUYER, PAID),
                logged(SELLER, CLAIMED),
                logged(SELLER, SETTLED),
                new Happening.LogsRead()))
        .isEmpty();
  }

  @Test
  void aReceiptCountedTwiceIsFound() {
    assertThat(
            found(
                new SettlementChecker(),
                started(SELLER, 0),
                logged(SELLER, CLAIMED),
                logged(SELLER, claimEntry(SELLER, List.of(CLAIMED), LAST))))
        .hasValueSatisfying(line -> assertThat(line).contains("counted twice"));
  }

  @Test
  void anAgreementSettledTwiceIsFound() {
    Claim again = claim(agreement(1), 2, true);
    assertThat(paidAlso(again))
        .hasValueSatisfying(line -> assertThat(line).contains("second time"));
  }

  @Test
  void aTaskPaidUnderTwoAgreementsIsFound() {
    Claim elsewhere = claim(agreement(2), 1, true);
    assertThat(paidAlso(elsewhere))
        .hasValueSatisfying(line -> assertThat(line).contains("pays a task"));
  }

  @Test
  void twoTasksMayBePaid() {
    byte[] other = new byte[32];
    other[0] = 1;
    Claim second = claim(agreement(2, Bytes.of(other)), 1, true);
    assertThat(paidAlso(second)).isEmpty();
  }

  @Test
  void aSignatureThatLeftBeforeItWasDurableIsFound() {
    assertThat(
            found(
                new SettlementChecker(),
                started(SELLER, 0),
                BOTH_KNOWN,
                logged(BUYER, PAID),
                new Happening.LogsRead()))
        .hasValueSatisfying(line -> assertThat(line).contains("has no CLAIM"));
    assertThat(
            found(
                new SettlementChecker(),
                started(SELLER, 0),
                BOTH_KNOWN,
                logged(SELLER, CLAIMED),
                logged(SELLER, SETTLED),
                new Happening.LogsRead()))
        .hasValueSatisfying(line -> assertThat(line).contains("has no RECEIPT"));
  }

  @Test
  void whoLostItsDiskOnceHadTheEntry() {
    assertThat(
            found(
                new SettlementChecker(),
                started(SELLER, 0),
                BOTH_KNOWN,
                logged(SELLER, CLAIMED),
                reopened(DiskFate.LOST),
                logged(BUYER, PAID),
                new Happening.LogsRead()))
        .isEmpty();
  }
}
