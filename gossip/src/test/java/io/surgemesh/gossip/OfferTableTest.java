package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.OfferTable.Cause;
import io.surgemesh.gossip.OfferTable.Output;
import io.surgemesh.gossip.OfferTable.Standing;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.market.Offer;
import io.surgemesh.market.SignedOffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfferTableTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final KeyPair OWN = Peers.key(0);
  private static final KeyPair A = Peers.key(1);
  private static final long SECOND = 1_000_000_000L;

  private Instant wallNow = START;
  private long now;
  private OfferTable table = table(OfferGossipConfig.defaults());

  private OfferTable table(OfferGossipConfig config) {
    return new OfferTable(OWN.peerId(), config, () -> wallNow);
  }

  @Test
  void aVerifiedOfferIsHeld() {
    SignedOffer offer = offer(1, 1).seal();
    assertThat(table.standing(offer, now)).isEqualTo(Standing.NEW);

    assertThat(verified(offer)).containsExactly(new Output.Heard(offer));
    assertThat(table.offers()).containsExactly(offer);
    assertThat(table.othersCount()).isEqualTo(1);
  }

  @Test
  void theHighestSequenceWinsInWhateverOrderTheyCome() {
    SignedOffer second = offer(1, 2).seal();
    SignedOffer third = offer(1, 3).seal();
    verified(second);

    assertThat(table.standing(offer(1, 1).seal(), now)).isEqualTo(Standing.KNOWN);
    assertThat(verified(offer(1, 1).seal())).isEmpty();
    assertThat(verified(third))
        .containsExactly(new Output.Gone(second, Cause.SUPERSEDED), new Output.Heard(third));
    assertThat(verified(second)).isEmpty();
    assertThat(table.offers()).containsExactly(third);
  }

  @Test
  void ofTwoVersionsWithOneSequenceTheFirstHeardStays() {
    SignedOffer one = offer(1, 1).seal();
    verified(one);
    SignedOffer other = offer(1, 1).ttl(Duration.ofMinutes(6)).seal();

    assertThat(table.standing(other, now)).isEqualTo(Standing.KNOWN);
    assertThat(verified(other)).isEmpty();
  }

  @Test
  void aHeldVersionIsFreshForTenSeconds() {
    SignedOffer offer = offer(1, 1).seal();
    verified(offer);
    assertThat(table.standing(offer, now)).isEqualTo(Standing.FRESH);
    pass(Duration.ofSeconds(10));
    assertThat(table.standing(offer, now)).isEqualTo(Standing.KNOWN);
  }

  @Test
  void aWithdrawalTakesItOffAndKeepsOlderVersionsAwayUntilTheyHaveExpired() {
    SignedOffer offer = offer(1, 1).ttl(Offer.TTL_MAX).seal();
    verified(offer);
    SignedOffer withdrawal = offer(1, 2).withdrawn().seal();

    assertThat(verified(withdrawal)).containsExactly(new Output.Gone(offer, Cause.WITHDRAWN));
    assertThat(table.offers()).isEmpty();
    assertThat(table.withdrawals(o -> true)).containsExactly(withdrawal);
    assertThat(verified(offer)).as("the old version again").isEmpty();

    pass(Duration.ofMinutes(15));
    assertThat(table.tombstonesCount()).isEqualTo(1);
    pass(Duration.ofSeconds(2));
    assertThat(table.tombstonesCount()).isZero();
    assertThat(table.standing(offer, now)).isEqualTo(Standing.EXPIRED);
  }

  @Test
  void aWithdrawalOfAnOfferNeverHeardIsRememberedToo() {
    assertThat(verified(offer(1, 2).withdrawn().seal())).isEmpty();
    assertThat(verified(offer(1, 1).seal())).isEmpty();
    SignedOffer again = offer(1, 3).seal();
    assertThat(verified(again)).containsExactly(new Output.Heard(again));
    assertThat(table.tombstonesCount()).isZero();
  }

  @Test
  void anOfferEndsByTheWallClock() {
    pass(Duration.ofSeconds(100));
    SignedOffer offer = TestOffers.of(A, 1).version(1, START).ttl(Duration.ofMinutes(2)).seal();
    verified(offer);
    assertThat(table.deadlineNanos()).isEqualTo(now + 20 * SECOND);

    pass(Duration.ofSeconds(20));
    assertThat(drain()).containsExactly(new Output.Gone(offer, Cause.EXPIRED));
    assertThat(table.deadlineNanos()).isEqualTo(OfferTable.NEVER);
  }

  @Test
  void anOfferEndsByTheMonotonicClockThoughTheWallClockStepsBack() {
    SignedOffer offer = offer(1, 1).ttl(Duration.ofSeconds(60)).seal();
    verified(offer);
    wallNow = wallNow.minus(Duration.ofHours(1));
    now += 60 * SECOND;
    table.onTimeout(now);

    assertThat(table.offers()).isEmpty();
  }

  @Test
  void anOfferIsNotShownOnceTheWallClockStepsPastItsEnd() {
    verified(offer(1, 1).ttl(Duration.ofSeconds(60)).seal());
    wallNow = wallNow.plus(Duration.ofHours(1));

    assertThat(table.offers()).isEmpty();
  }

  @Test
  void offersDatedMoreThanTwoSecondsAheadAreIgnored() {
    SignedOffer near = TestOffers.of(A, 1).version(1, START.plusSeconds(2)).seal();
    SignedOffer far = TestOffers.of(A, 2).version(1, START.plusMillis(2001)).seal();

    assertThat(table.standing(near, now)).isEqualTo(Standing.NEW);
    assertThat(table.standing(far, now)).isEqualTo(Standing.FUTURE);
    assertThat(verified(far)).isEmpty();
  }

  @Test
  void anOfferDatedAheadLivesNoLongerThanItsTtl() {
    verified(
        TestOffers.of(A, 1).version(1, START.plusSeconds(2)).ttl(Duration.ofSeconds(9)).seal());
    assertThat(table.deadlineNanos()).isEqualTo(now + 9 * SECOND);
  }

  @Test
  void ofOneProviderTheOldestIsDropped() {
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      offers.add(offer(100 - i, 1).seal());
      now++;
      table.onVerified(offers.get(i), now);
    }
    assertThat(drain()).contains(new Output.Gone(offers.get(0), Cause.CROWDED_OUT));
    assertThat(table.offers()).hasSize(8).doesNotContain(offers.get(0));
  }

  /** As a seller that crashes and returns leaves them, and catching up brings them. */
  @Test
  void ofOneProviderTheNewestStaysThoughItWasHeardFirst() {
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      offers.add(TestOffers.of(A, i).version(1, START.minusSeconds(i)).seal());
      now++;
      table.onVerified(offers.get(i), now);
    }
    assertThat(drain()).contains(new Output.Gone(offers.get(8), Cause.CROWDED_OUT));
    assertThat(table.offers()).hasSize(8).contains(offers.get(0));
  }

  @Test
  void ofAllOffersTheFirstToExpireIsDroppedButNeverOurOwn() {
    table = table(OfferGossipConfig.defaults().withBounds(3, 8, 2));
    SignedOffer own = TestOffers.of(OWN, 1).version(1, START).ttl(Duration.ofSeconds(1)).seal();
    verified(own);
    for (int i = 0; i < 4; i++) {
      verified(
          TestOffers.of(Peers.key(10 + i), 1)
              .version(1, START)
              .ttl(Duration.ofSeconds(60 + (i + 2) % 4))
              .seal());
    }
    assertThat(table.othersCount()).isEqualTo(3);
    assertThat(table.offers())
        .contains(own)
        .noneMatch(signed -> signed.offer().ttl().equals(Duration.ofSeconds(60)));

    for (int i = 0; i < 5; i++) {
      verified(TestOffers.of(Peers.key(20 + i), 1).version(1, START).withdrawn().seal());
    }
    assertThat(table.tombstonesCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyOrderLeavesTheLatestVersionOfEach(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SignedOffer> versions = new ArrayList<>();
    Map<Integer, SignedOffer> latest = new LinkedHashMap<>();
    for (int number = 0; number < 6; number++) {
      for (int sequence = 0; sequence < 4; sequence++) {
        TestOffers draft = offer(number, sequence);
        SignedOffer version = (random.nextInt(4) == 0 ? draft.withdrawn() : draft).seal();
        versions.add(version);
        latest.put(number, version);
      }
    }
    for (SignedOffer version : Sample.of(versions, versions.size(), random)) {
      table.onVerified(version, now);
      assertThat(table.offers().stream().map(o -> o.offer().offerId()).toList())
          .doesNotHaveDuplicates();
    }
    assertThat(table.offers())
        .containsExactlyInAnyOrderElementsOf(
            latest.values().stream().filter(o -> !o.offer().withdrawn()).toList());
  }

  private TestOffers offer(int number, long sequence) {
    return TestOffers.of(A, number).version(sequence, wallNow);
  }

  private List<Output> verified(SignedOffer offer) {
    table.onVerified(offer, now);
    return drain();
  }

  private List<Output> drain() {
    List<Output> outputs = new ArrayList<>();
    for (Output output = table.poll(); output != null; output = table.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  private void pass(Duration duration) {
    wallNow = wallNow.plus(duration);
    now += duration.toNanos();
    table.onTimeout(now);
  }
}
