package io.surgemesh.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MatchingTest {
  private static final Requirements WORDCOUNT = Requirements.runtime("java:wordcount");

  private final Trades trades = new Trades(6);
  private final Offer offer = trades.plainOffer().place(new Place("eu")).build();

  private SignedOffer seal(OfferBuilder builder) {
    return SignedOffer.seal(builder.build(), trades.provider, Trades.SIGNATURES);
  }

  @Test
  void whatIsNotNarrowedIsNotAskedFor() {
    assertThat(WORDCOUNT.failedBounds(offer)).isEmpty();
    assertThat(WORDCOUNT.matches(offer)).isTrue();
  }

  @Test
  void eachBoundFailsAlone() {
    Map<Bound, Requirements> narrowed = new LinkedHashMap<>();
    narrowed.put(Bound.RUNTIME, Requirements.runtime("java:sort"));
    narrowed.put(Bound.CPU, WORDCOUNT.withResources(4001, 1, 0));
    narrowed.put(Bound.MEMORY, WORDCOUNT.withResources(1, (8L << 30) + 1, 0));
    narrowed.put(Bound.STORAGE, WORDCOUNT.withResources(1, 1, 1));
    narrowed.put(Bound.GPUS, WORDCOUNT.withGpusMin(1));
    narrowed.put(Bound.ARCHITECTURE, WORDCOUNT.withArchitecture("pdp11"));
    narrowed.put(Bound.UNIT, WORDCOUNT.withUnit("eur").withPerCpuSecondMax(Amount.ZERO));
    narrowed.put(Bound.PRICE, WORDCOUNT.withPerCpuSecondMax(Amount.of(1)));
    narrowed.put(Bound.REGION, WORDCOUNT.withRegion("us"));
    narrowed.put(Bound.WANTED, WORDCOUNT.withWanted(List.of(trades.requestor.peerId())));
    narrowed.put(Bound.EXCLUDED, WORDCOUNT.withExcluded(List.of(trades.provider.peerId())));
    narrowed.forEach(
        (bound, requirements) -> {
          assertThat(requirements.failedBounds(offer)).containsExactly(bound);
          assertThat(requirements.matches(offer)).isFalse();
        });
    assertThat(WORDCOUNT.failedBounds(offer.withdrawal(1, offer.issuedAt())))
        .containsExactly(Bound.NOT_WITHDRAWN);
  }

  @Test
  void aStartAboveTheBudgetAndALongWaitFail() {
    Price dearStart =
        new Price("credit", Amount.ZERO, Amount.ZERO, Amount.ZERO, Amount.of(9), false);
    Load slow = new Load(0, 0, 0, Duration.ofSeconds(2));
    Offer dear = trades.plainOffer().price(dearStart).load(slow).build();
    Requirements tight =
        WORDCOUNT.withBudget(Amount.of(8)).withStartDelayMax(Duration.ofSeconds(1));
    assertThat(tight.failedBounds(dear)).containsExactly(Bound.BUDGET, Bound.START_DELAY);
  }

  @Test
  void requirementsOutOfRangeAreTheCallersFault() {
    assertThatThrownBy(() -> Requirements.runtime("wordcount"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WORDCOUNT.withResources(0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExplanationCountsTheFailuresOfEachBound() {
    List<Offer> offers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      offers.add(trades.plainOffer().price(Price.perCpuSecond(3)).build());
    }
    Requirements cheap = WORDCOUNT.withPerCpuSecondMax(Amount.of(2));
    NoMatch why = NoMatch.explain(cheap, offers);
    assertThat(why.sentence()).isEqualTo("0 of 5 offers match: 5 fail price <= 2");
    assertThat(why.failed()).isEqualTo(Map.of(Bound.PRICE, 5));
    assertThat(why.failedAlone()).isEqualTo(Map.of(Bound.PRICE, 5));
  }

  @Test
  void anExplanationTellsWhichBoundsToGiveUp() {
    List<Offer> offers = List.of(offer, trades.plainOffer().price(Price.perCpuSecond(9)).build());
    Requirements both = WORDCOUNT.withRegion("us").withPerCpuSecondMax(Amount.of(2));
    assertThat(NoMatch.explain(both, offers).sentence())
        .isEqualTo(
            "0 of 2 offers match: 1 fails price <= 2, 2 fail region us;"
                + " 1 would match without region us");
    assertThat(NoMatch.explain(both, List.of()).sentence()).isEqualTo("none were heard");
  }

  @Test
  void theRankFollowsTheWeights() {
    SignedOffer cheapAndSlow =
        seal(
            trades
                .plainOffer()
                .price(Price.perCpuSecond(1))
                .load(new Load(0, 0, 0, Duration.ofSeconds(20))));
    SignedOffer dearAndQuick = seal(trades.plainOffer().price(Price.perCpuSecond(100)));
    SignedOffer elsewhere =
        seal(
            Offer.builder(
                    trades.provider.peerId(), OfferId.random(trades.random), Resources.of(1, 1))
                .runtime("java:x"));
    List<SignedOffer> offers = List.of(elsewhere, dearAndQuick, cheapAndSlow);
    Requirements wide = WORDCOUNT.withResources(1000, 1, 0);
    SplittableRandom random = new SplittableRandom(1);
    RankingWeights thrifty = new RankingWeights(0, 0, 1000, 0, 0);
    RankingWeights hurried = new RankingWeights(1000, 0, 0, 0, 0);
    assertThat(new Ranking(thrifty, random).rank(wide, offers))
        .containsExactly(cheapAndSlow, dearAndQuick);
    assertThat(new Ranking(hurried, random).rank(wide, offers))
        .containsExactly(dearAndQuick, cheapAndSlow);
  }

  @Test
  void silenceAboutEnergyCountsAsTheWorst() {
    Energy clean = new Energy(1, 1000, 10, Energy.Provenance.MEASURED);
    SignedOffer silent = seal(trades.plainOffer());
    SignedOffer told = seal(trades.plainOffer().energy(clean));
    SignedOffer dirty =
        seal(trades.plainOffer().energy(new Energy(1, 90_000, 900, Energy.Provenance.DECLARED)));
    RankingWeights green = new RankingWeights(0, 0, 0, 1000, 0);
    List<SignedOffer> ranked =
        new Ranking(green, new SplittableRandom(1)).rank(WORDCOUNT, List.of(silent, dirty, told));
    assertThat(ranked).startsWith(told).containsExactlyInAnyOrder(told, silent, dirty);
  }

  @Test
  void chanceSpreadsEqualOffersAndRepeatsWithItsSeed() {
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      offers.add(seal(trades.plainOffer()));
    }
    Set<String> firsts = new TreeSet<>();
    for (long seed = 0; seed < 40; seed++) {
      Ranking one = new Ranking(RankingWeights.defaults(), new SplittableRandom(seed));
      Ranking same = new Ranking(RankingWeights.defaults(), new SplittableRandom(seed));
      List<SignedOffer> ranked = one.rank(WORDCOUNT, offers);
      assertThat(same.rank(WORDCOUNT, offers)).isEqualTo(ranked);
      firsts.add(ranked.get(0).hash().toHex());
    }
    assertThat(firsts).hasSizeGreaterThan(5);
  }

  @Test
  void aTopicIsNamedAfterMeshAndFamily() {
    OfferTopic topic = OfferTopic.of(MeshName.PUBLIC, "java:wordcount");
    assertThat(topic.name()).isEqualTo("/surgemesh/public/offers/java");
    assertThat(topic.capability()).isEqualTo(Capability.topic(topic.name()));
    Offer two = trades.plainOffer().runtime("java:sort").runtime("wasm:wasi").build();
    assertThat(OfferTopic.of(two)).containsExactly(topic, new OfferTopic(MeshName.PUBLIC, "wasm"));
    assertThat(topic.carries(two)).isTrue();
    assertThat(new OfferTopic(MeshName.PUBLIC, "native").carries(two)).isFalse();
    assertThat(new OfferTopic(new MeshName("other"), "java").carries(two)).isFalse();
    assertThatThrownBy(() -> new OfferTopic(MeshName.PUBLIC, "java:x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
