package io.surgemesh.gossip;

import io.surgemesh.market.MeshName;
import io.surgemesh.market.OfferTopic;
import java.time.Duration;
import java.util.List;

/**
 * How an offer board behaves.
 *
 * @param classes families of runtimes whose offers are heard, such as {@code java}; may be empty
 * @param gossip how gossip itself behaves
 * @param offersMax most live offers kept, those of this peer aside; at the bound the one that
 *     expires first is dropped
 * @param offersPerProviderMax most live offers kept of one provider; at the bound the one issued
 *     first is dropped
 * @param tombstonesMax most withdrawals remembered; at the bound the one to be forgotten first is
 *     dropped
 * @param verificationsPerSecond signatures verified per second on behalf of one peer; offers beyond
 *     that are dropped as if never seen
 * @param verificationsBurst signatures verified at once on behalf of one peer
 * @param heardWait longest time until {@code heard} completes
 * @param catchUpMax most offers sent to a peer that joined a topic, own ones first
 * @param catchUpInterval least time between two of those to one peer
 * @param seekInterval time between two searches for peers of a topic; doubled after each search
 *     that found nobody new
 * @param seekIntervalMax longest time between two searches
 * @param dialsMax most dials of found peers at once
 */
public record OfferGossipConfig(
    List<String> classes,
    GossipConfig gossip,
    int offersMax,
    int offersPerProviderMax,
    int tombstonesMax,
    int verificationsPerSecond,
    int verificationsBurst,
    Duration heardWait,
    int catchUpMax,
    Duration catchUpInterval,
    Duration seekInterval,
    Duration seekIntervalMax,
    int dialsMax) {
  private static final Duration TIME_MAX = Duration.ofHours(1);

  /**
   * Checks the ranges: each count is at least 1, each time more than 0 and at most an hour.
   *
   * @throws IllegalArgumentException naming what is out of range
   */
  public OfferGossipConfig {
    classes = List.copyOf(classes);
    classes.forEach(family -> new OfferTopic(MeshName.PUBLIC, family).name());
    int[] counts = {
      offersMax,
      offersPerProviderMax,
      tombstonesMax,
      verificationsPerSecond,
      verificationsBurst,
      catchUpMax,
      dialsMax
    };
    for (int count : counts) {
      if (count < 1) {
        throw new IllegalArgumentException("offer board limit out of range: " + count);
      }
    }
    for (Duration time : List.of(heardWait, catchUpInterval, seekInterval, seekIntervalMax)) {
      if (time.isNegative() || time.isZero() || time.compareTo(TIME_MAX) > 0) {
        throw new IllegalArgumentException("offer board time out of range: " + time);
      }
    }
  }

  /**
   * Returns a board of the class {@code java}: 4,096 offers, 8 per provider, 4,096 withdrawals, 100
   * verifications per second and peer with a burst of 400, {@code heard} within 10 s, 64 offers for
   * a peer that joined, every 2 s at most, and searches every 2 to 60 s with 4 dials at once.
   */
  public static OfferGossipConfig defaults() {
    return new OfferGossipConfig(
        List.of("java"),
        GossipConfig.defaults(),
        4096,
        8,
        4096,
        100,
        400,
        Duration.ofSeconds(10),
        64,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofMinutes(1),
        4);
  }

  /** Returns this hearing other classes, such as {@code java} and {@code wasm}. */
  public OfferGossipConfig withClasses(List<String> other) {
    return new OfferGossipConfig(
        other,
        gossip,
        offersMax,
        offersPerProviderMax,
        tombstonesMax,
        verificationsPerSecond,
        verificationsBurst,
        heardWait,
        catchUpMax,
        catchUpInterval,
        seekInterval,
        seekIntervalMax,
        dialsMax);
  }

  /** Returns this over gossip that behaves otherwise. */
  public OfferGossipConfig withGossip(GossipConfig other) {
    return new OfferGossipConfig(
        classes,
        other,
        offersMax,
        offersPerProviderMax,
        tombstonesMax,
        verificationsPerSecond,
        verificationsBurst,
        heardWait,
        catchUpMax,
        catchUpInterval,
        seekInterval,
        seekIntervalMax,
        dialsMax);
  }

  /** Returns this with other bounds on offers, offers of one provider, and withdrawals. */
  public OfferGossipConfig withBounds(int offers, int perProvider, int tombstones) {
    return new OfferGossipConfig(
        classes,
        gossip,
        offers,
        perProvider,
        tombstones,
        verificationsPerSecond,
        verificationsBurst,
        heardWait,
        catchUpMax,
        catchUpInterval,
        seekInterval,
        seekIntervalMax,
        dialsMax);
  }

  /** Returns this with another longest time until {@code heard} completes. */
  public OfferGossipConfig withHeardWait(Duration other) {
    return new OfferGossipConfig(
        classes,
        gossip,
        offersMax,
        offersPerProviderMax,
        tombstonesMax,
        verificationsPerSecond,
        verificationsBurst,
        other,
        catchUpMax,
        catchUpInterval,
        seekInterval,
        seekIntervalMax,
        dialsMax);
  }
}
