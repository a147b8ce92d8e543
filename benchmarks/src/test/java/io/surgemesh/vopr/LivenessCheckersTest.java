package io.surgemesh.vopr;

import static io.surgemesh.vopr.Fakes.BUYER;
import static io.surgemesh.vopr.Fakes.SELLER;
import static io.surgemesh.vopr.Fakes.found;
import static io.surgemesh.vopr.Fakes.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.Claim;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.DiskFate;
import io.surgemesh.vopr.Happening.Ending;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The checkers of what must come about: jobs end, lookups find, capacity comes back; and bugs. */
class LivenessCheckersTest {
  private static final SignedAgreement AGREEMENT = Fakes.agreement(1);
  private static final Bytes ID = AGREEMENT.agreement().id();
  private static final Claim LAST = Fakes.claim(AGREEMENT, 1, true);
  private static final LedgerEntry PAID = Fakes.receiptEntry(BUYER, List.of(), LAST);
  private static final Happening SUBMITTED =
      new Happening.Submitted(7, BUYER, 0, AGREEMENT.agreement().taskHash());
  private static final Happening DUE = new Happening.JobsDue();

  private static Happening ended(Ending ending, @Nullable Bytes agreementId) {
    return new Happening.Ended(7, BUYER, 0, ending, agreementId, "");
  }

  /** Returns what is found when a buyer that lives submits a job, and this happens then. */
  private static Optional<String> foundAfterSubmitting(Happening... then) {
    Happening[] all = new Happening[then.length + 2];
    all[0] = started(BUYER, 0);
    all[1] = SUBMITTED;
    System.arraycopy(then, 0, all, 2, then.length);
    return found(new JobChecker(), all);
  }

  @Test
  void aJobThatIsDoneAndPaidIsLeftAlone() {
    assertThat(foundAfterSubmitting(new Happening.Logged(BUYER, PAID), ended(Ending.DONE, ID), DUE))
        .isEmpty();
    assertThat(foundAfterSubmitting(ended(Ending.DONE, ID), new Happening.Logged(BUYER, PAID), DUE))
        .isEmpty();
  }

  @Test
  void aJobThatNeverEndsIsFoundUnlessItsBuyerDied() {
    assertThat(foundAfterSubmitting(DUE)).isPresent();
    assertThat(
            foundAfterSubmitting(
                new Happening.Crashed(BUYER, 0, DiskFate.KEPT), started(BUYER, 1), DUE))
        .isEmpty();
  }

  @Test
  void aJobDoneAndNotPaidIsFound() {
    assertThat(foundAfterSubmitting(ended(Ending.DONE, ID), DUE))
        .hasValueSatisfying(line -> assertThat(line).contains("logged no receipt"));
    assertThat(foundAfterSubmitting(ended(Ending.DONE, null))).isPresent();
  }

  @Test
  void aJobFailedAndPaidIsFound() {
    assertThat(foundAfterSubmitting(ended(Ending.FAILED, null), new Happening.Logged(BUYER, PAID)))
        .isPresent();
    assertThat(foundAfterSubmitting(new Happening.Logged(BUYER, PAID), ended(Ending.FAILED, null)))
        .isPresent();
  }

  @Test
  void aWrongOutputAnUntypedFailureAndASecondEndAreFound() {
    for (Ending ending : List.of(Ending.WRONG_OUTPUT, Ending.UNTYPED)) {
      assertThat(foundAfterSubmitting(ended(ending, null))).isPresent();
    }
    assertThat(foundAfterSubmitting(ended(Ending.CANCELLED, null), ended(Ending.CANCELLED, null)))
        .isPresent();
  }

  @Test
  void aLookupThatFindsNothingIsFoundOnceFaultsAreOver() {
    Happening begun = new Happening.LookUp(3, SELLER, BUYER);
    Happening nothing = new Happening.LookedUp(3, false);
    Happening healed = new Happening.Healed();
    assertThat(found(new LookupChecker(), begun, healed, nothing)).isEmpty();
    assertThat(found(new LookupChecker(), healed, begun, nothing)).isPresent();
    assertThat(found(new LookupChecker(), healed, begun, new Happening.LookedUp(3, true)))
        .isEmpty();
  }

  @Test
  void aLookupThatNeverEndsIsFoundUnlessAPartyDied() {
    Happening begun = new Happening.LookUp(3, SELLER, BUYER);
    Happening due = new Happening.LookUpsDue();
    assertThat(found(new LookupChecker(), begun, due)).isPresent();
    assertThat(found(new LookupChecker(), begun, new Happening.Left(BUYER, 0), due)).isEmpty();
  }

  @Test
  void aSellerThatKeepsWhatItShouldHaveBackIsFound() {
    Happening probe = new Happening.Probe(7, SELLER);
    Happening due = new Happening.ProbesDue();
    assertThat(found(new IdleChecker(), probe, ended(Ending.DONE, ID), due)).isEmpty();
    assertThat(found(new IdleChecker(), probe, ended(Ending.FAILED, null))).isPresent();
    assertThat(found(new IdleChecker(), probe, due)).isPresent();
  }

  @Test
  void whatPassesItsBoundIsFound() {
    assertThat(found(new BoundsChecker(), new Happening.Measured(SELLER, "peers", 5, 5))).isEmpty();
    assertThat(found(new BoundsChecker(), new Happening.Measured(SELLER, "peers", 6, 5)))
        .hasValueSatisfying(line -> assertThat(line).contains("peers of peer 0: 6"));
  }

  @Test
  void aBugIsFound() {
    assertThat(found(new BugChecker(), new Happening.Bug("stopped"))).contains("stopped");
  }
}
