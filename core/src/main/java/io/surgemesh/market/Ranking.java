package io.surgemesh.market;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Orders the offers that meet some requirements, best first.
 *
 * <p>Each quality becomes a number from 0, best, to 1,000, worst among the candidates; the score is
 * their sum by weight plus a random term. All of it is integers, so one seed gives one order
 * everywhere. Confined to the thread of its random source.
 */
public final class Ranking {
  private static final long WORST = 1000;
  private static final BigInteger WORST_BIG = BigInteger.valueOf(WORST);
  private static final Usage ONE_SECOND = new Usage(1_000_000_000L, 0, 0, 0);

  private record Scored(SignedOffer offer, long score) {}

  private final RankingWeights weights;
  private final RandomGenerator random;

  /**
   * Creates a ranking.
   *
   * @param random of the caller's loop
   */
  public Ranking(RankingWeights weights, RandomGenerator random) {
    this.weights = weights;
    this.random = random;
  }

  /** Returns the offers that match, best first; lower scores are better. */
  public List<SignedOffer> rank(Requirements requirements, Collection<SignedOffer> offers) {
    List<SignedOffer> matching = new ArrayList<>();
    BigInteger costMax = BigInteger.ZERO;
    long delayMillisMax = 0;
    long carbonMax = 0;
    for (SignedOffer offer : offers) {
      if (requirements.matches(offer.offer())) {
        matching.add(offer);
        costMax = costMax.max(cost(requirements, offer.offer()));
        delayMillisMax = Math.max(delayMillisMax, delayMillis(offer.offer()));
        carbonMax = Math.max(carbonMax, carbon(offer.offer()));
      }
    }
    List<Scored> scored = new ArrayList<>(matching.size());
    for (SignedOffer signed : matching) {
      Offer offer = signed.offer();
      long score =
          weights.startDelay() * share(delayMillis(offer), delayMillisMax)
              + (long) weights.load() * offer.load().cpuBusyPermille()
              + weights.price() * share(cost(requirements, offer), costMax)
              + weights.energy() * carbonShare(offer, carbonMax)
              + weights.random() * random.nextLong(WORST + 1);
      scored.add(new Scored(signed, score));
    }
    scored.sort(
        Comparator.comparingLong(Scored::score)
            .thenComparing(s -> s.offer().offer().provider())
            .thenComparing(s -> s.offer().offer().offerId()));
    return scored.stream().map(Scored::offer).toList();
  }

  /** What one second of the required resources costs, the start aside unless all else is free. */
  private static BigInteger cost(Requirements requirements, Offer offer) {
    return offer
        .price()
        .cost(ONE_SECOND, requirements.cpuMillicoresMin(), requirements.memoryBytesMin());
  }

  private static long delayMillis(Offer offer) {
    return offer.load().startDelay().toMillis();
  }

  /** Grams of carbon dioxide by power and core, up to a factor that is the same for all offers. */
  private static long carbon(Offer offer) {
    Energy energy = offer.energy();
    return (long) energy.peakMilliwatts()
        * energy.gramsCo2ePerKwh()
        / offer.resources().cpuMillicores();
  }

  /** Those who say nothing of their energy count as the worst, or silence would pay. */
  private static long carbonShare(Offer offer, long carbonMax) {
    return offer.energy().provenance() == Energy.Provenance.UNKNOWN
        ? WORST
        : share(carbon(offer), carbonMax);
  }

  private static long share(long value, long max) {
    return share(BigInteger.valueOf(value), BigInteger.valueOf(max));
  }

  private static long share(BigInteger value, BigInteger max) {
    return max.signum() == 0 ? 0 : value.multiply(WORST_BIG).divide(max).longValueExact();
  }
}
