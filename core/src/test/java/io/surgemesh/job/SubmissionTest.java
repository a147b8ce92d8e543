package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.Price;
import io.surgemesh.market.Ranking;
import io.surgemesh.market.RankingWeights;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SubmissionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Requirements NEED =
      Requirements.runtime("java:sum").withResources(1000, 1 << 20, 0);
  private static final RequestorOutput.Failed LOST =
      new RequestorOutput.Failed(JobState.FAILED, CancelCause.BROKEN, "", true);

  private final ProviderBook book = new ProviderBook();
  private final Matchmaker matchmaker =
      new Matchmaker(
          Fixtures.REQUESTOR,
          new Ranking(RankingWeights.defaults(), new SplittableRandom(1)),
          book);

  private static SignedOffer offer(int key, int millicores) {
    KeyPair pair = KeyPair.fromSeed(Fixtures.seed(key));
    Offer offer =
        Offer.builder(
                pair.peerId(),
                OfferId.random(new SplittableRandom(key)),
                Resources.of(millicores, 1L << 30))
            .version(1, Instant.EPOCH)
            .ttl(Duration.ofMinutes(15))
            .price(Price.perCpuSecond(10))
            .runtime("java:sum")
            .build();
    return SignedOffer.seal(offer, pair, Signatures.ed25519());
  }

  private static Submission seeking(int placementsMax, boolean repeatable) {
    JobPlan plan =
        new JobPlan(
            Bytes.EMPTY,
            100,
            NEED,
            1000,
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            placementsMax,
            repeatable);
    Submission submission =
        new Submission(RequestorLimits.defaults(), MeshName.PUBLIC, Fixtures.REQUESTOR, plan);
    submission.start(0);
    submission.onDigested(Fixtures.SHA256, 0);
    return submission;
  }

  private static List<SubmissionOutput> drain(Submission submission) {
    List<SubmissionOutput> outputs = new ArrayList<>();
    for (SubmissionOutput output = submission.poll(); output != null; output = submission.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  private static MeshException failure(Submission submission) {
    List<SubmissionOutput> outputs = drain(submission);
    return ((SubmissionOutput.Failed) outputs.get(outputs.size() - 1)).why();
  }

  private PeerId match(Submission submission) {
    SignedOffer found = matchmaker.match(submission, 0).offer();
    assertThat(found).isNotNull();
    submission.onOffer(found, 0);
    return found.offer().provider();
  }

  @Test
  void theCapIsTheMostTheJobCanCost() {
    Submission submission = seeking(3, true);
    submission.onOffer(offer(3, 4000), 0);

    SubmissionOutput.Place place = (SubmissionOutput.Place) drain(submission).get(2);
    assertThat(place.proposal().wanted().amountMax().toString()).isEqualTo("600");
  }

  @Test
  void aProviderThatFailedIsLeftOutUntilNobodyElseMatches() {
    matchmaker.setOffers(List.of(offer(3, 4000), offer(4, 4000)), Instant.EPOCH);
    Submission submission = seeking(5, true);

    PeerId first = match(submission);
    submission.onPlaced(0);
    submission.onFailed(LOST, 0);
    PeerId second = match(submission);
    submission.onPlaced(0);
    submission.onFailed(LOST, 0);
    match(submission);

    assertThat(second).isNotEqualTo(first);
    assertThat(drain(submission))
        .contains(
            new SubmissionOutput.TellReplaced(first, "PEER_LOST"),
            new SubmissionOutput.TellPlaced(second, 2));
  }

  @Test
  void aProviderThatIsBusyIsWaitedForRatherThanTriedWhereItFailed() {
    matchmaker.setOffers(List.of(offer(3, 1000), offer(4, 1000)), Instant.EPOCH);
    Submission submission = seeking(5, true);
    PeerId first = match(submission);
    submission.onPlaced(0);
    submission.onFailed(LOST, 0);
    PeerId other = offer(3, 1000).offer().provider();
    PeerId busy = first.equals(other) ? offer(4, 1000).offer().provider() : other;
    book.take(busy, NEED);

    Matchmaker.Match match = matchmaker.match(submission, 0);

    assertThat(match.offer()).isNull();
    assertThat(match.isBusy()).isTrue();
    book.give(busy, NEED);
    assertThat(match(submission)).isEqualTo(busy);
  }

  @Test
  void aJobThatMayNotRepeatFailsWithItsFirstProvider() {
    Submission submission = seeking(5, false);
    submission.onOffer(offer(3, 4000), 0);
    submission.onPlaced(0);
    submission.onFailed(LOST, 0);

    assertThat(failure(submission)).isInstanceOf(MeshException.JobFailed.class);
  }

  @Test
  void placementsThatNeverCameToAnAgreementDoNotCount() {
    Submission submission = seeking(1, true);
    for (int i = 0; i < 20; i++) {
      submission.onOffer(offer(3, 4000), 0);
      submission.onFailed(
          new RequestorOutput.Failed(JobState.EXPIRED, CancelCause.UNREACHABLE, "", false), 0);
    }
    assertThat(submission.isSeeking()).isTrue();
    submission.onOffer(offer(3, 4000), 0);
    submission.onPlaced(0);
    submission.onFailed(LOST, 0);
    assertThat(failure(submission)).isInstanceOf(MeshException.JobFailed.class);
  }

  @Test
  void aJobThatNobodyCanTakeWaitsForOffersAndThenFails() {
    Submission submission = seeking(1, true);
    submission.onNoMatch("0 of 3 offers match", SECOND);
    submission.onTimeout(10 * SECOND);
    assertThat(submission.isSeeking()).isTrue();
    submission.onBusy(10 * SECOND);
    submission.onTimeout(12 * SECOND);
    assertThat(submission.isSeeking()).isTrue();
    submission.onNoMatch("0 of 3 offers match", 13 * SECOND);
    submission.onTimeout(submission.deadlineNanos());

    assertThat(failure(submission))
        .isInstanceOf(MeshException.NoOffers.class)
        .hasMessageContaining("0 of 3");
    assertThat(submission.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aDeadlineWaitsForTheEndOfAPlacementThatMayBeSettling() {
    Submission submission = seeking(1, true);
    submission.onOffer(offer(3, 4000), 0);
    submission.onPlaced(0);
    submission.onTimeout(submission.deadlineNanos());
    List<SubmissionOutput> outputs = drain(submission);
    assertThat(outputs.get(outputs.size() - 1)).isEqualTo(new SubmissionOutput.Abandon());

    submission.onFailed(
        new RequestorOutput.Failed(JobState.CANCELLED, CancelCause.REQUESTED, "", true), 0);

    assertThat(failure(submission))
        .isInstanceOfSatisfying(
            MeshException.JobFailed.class,
            failed ->
                assertThat(failed.reason()).isEqualTo(MeshException.JobFailed.Reason.TIMED_OUT));
  }

  @Test
  void refusalsForGoodExcludeAndPassingOnesDoNot() {
    matchmaker.setOffers(List.of(offer(3, 4000)), Instant.EPOCH);
    Submission submission = seeking(1, true);
    match(submission);
    submission.onRefused(
        new RequestorOutput.Refused(List.of(Refusal.of(Constraint.CAPACITY)), ""), 0);
    assertThat(submission.leavesNobodyOut()).isTrue();
    match(submission);
    submission.onRefused(new RequestorOutput.Refused(List.of(Refusal.of(Constraint.PRICE)), ""), 0);

    Matchmaker.Match match = matchmaker.match(submission, 0);
    assertThat(match.offer()).isNull();
    assertThat(match.isBusy()).isFalse();
    submission.onNoMatch("", 0);
    submission.onTimeout(11 * SECOND);
    assertThat(failure(submission)).isInstanceOf(MeshException.Refused.class);
  }

  @Test
  void ownExpiredAndWithdrawnOffersAreNotConsidered() {
    SignedOffer own = offer(1, 4000);
    SignedOffer other = offer(3, 4000);
    matchmaker.setOffers(List.of(own, other), Instant.EPOCH.plus(Duration.ofMinutes(15)));
    assertThat(matchmaker.match(seeking(1, true), 0).offer()).isNull();
    matchmaker.setOffers(List.of(own, other), Instant.EPOCH);
    assertThat(matchmaker.match(seeking(1, true), 0).offer()).isEqualTo(other);
  }

  @Test
  void aProviderIsNeverAskedForMoreThanItsOfferHas() {
    SignedOffer offer = offer(3, 2500);
    PeerId provider = offer.offer().provider();
    book.take(provider, NEED);
    assertThat(book.hasRoom(offer.offer(), NEED, 0)).isTrue();
    book.take(provider, NEED);
    assertThat(book.hasRoom(offer.offer(), NEED, 0)).isFalse();
    book.give(provider, NEED);
    assertThat(book.hasRoom(offer.offer(), NEED, 0)).isTrue();
  }

  @Test
  void aSilentProviderIsLeftAloneLongerEachTimeUntilAJobEndsWellThere() {
    SignedOffer offer = offer(3, 2500);
    PeerId provider = offer.offer().provider();
    book.onSilent(provider, 0);
    assertThat(book.retryNanos(0)).isEqualTo(SECOND);
    assertThat(book.hasRoom(offer.offer(), NEED, SECOND - 1)).isFalse();
    assertThat(book.hasRoom(offer.offer(), NEED, SECOND)).isTrue();
    book.onSilent(provider, SECOND);
    assertThat(book.retryNanos(SECOND)).isEqualTo(3 * SECOND);
    book.onFinished(provider);
    assertThat(book.hasRoom(offer.offer(), NEED, 0)).isTrue();
  }
}
