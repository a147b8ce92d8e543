package io.surgemesh.market;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one provider says it will do now. An invitation: only a Commit binds.
 *
 * @param meshName the mesh it is made in
 * @param provider who makes it, and must sign it
 * @param offerId the standing offer this is a version of
 * @param sequence grows with each version of one offer; 0 or more
 * @param issuedAt the provider's wall clock, in whole milliseconds of the years 1970 to 9999
 * @param ttl how long it holds, in whole milliseconds up to 15 minutes
 * @param withdrawn whether the standing offer ends; the rest then says what it was
 * @param resources for all jobs together
 * @param runtimes 1 to {@value #RUNTIMES_MAX} with different names
 * @param load how busy the provider is
 * @param place where it is
 * @param price what it asks
 * @param energy what its work draws
 * @param addresses where it may be dialled; at most {@value #ADDRESSES_MAX}
 */
public record Offer(
    MeshName meshName,
    PeerId provider,
    OfferId offerId,
    long sequence,
    Instant issuedAt,
    Duration ttl,
    boolean withdrawn,
    Resources resources,
    List<JobRuntime> runtimes,
    Load load,
    Place place,
    Price price,
    Energy energy,
    List<Multiaddr> addresses) {
  /** The longest an offer may hold. */
  public static final Duration TTL_MAX = Duration.ofMinutes(15);

  /** How far ahead of ours the wall clock of an honest provider may be. */
  public static final Duration SKEW_MAX = Duration.ofSeconds(2);

  /** The most runtimes of one offer. */
  public static final int RUNTIMES_MAX = 32;

  /** The most addresses of one offer. */
  public static final int ADDRESSES_MAX = 8;

  private static final long ISSUED_AT_MILLIS_MAX = 253_402_300_799_999L;

  /**
   * Checks the ranges, copies the lists, and cuts the times to whole milliseconds.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Offer {
    Ranges.require(sequence, 0, Long.MAX_VALUE, "sequence");
    Ranges.require(
        issuedAt.getEpochSecond(), 0, ISSUED_AT_MILLIS_MAX / 1000, "issuedAt in seconds");
    issuedAt = Instant.ofEpochMilli(issuedAt.toEpochMilli());
    ttl = Spans.millis(ttl, Duration.ofMillis(1), TTL_MAX, "ttl");
    Ranges.require(runtimes.size(), 1, RUNTIMES_MAX, "runtimes");
    Ranges.require(addresses.size(), 0, ADDRESSES_MAX, "addresses");
    runtimes = List.copyOf(runtimes);
    addresses = List.copyOf(addresses);
    Ranges.require(
        runtimes.stream().map(JobRuntime::name).distinct().count() == runtimes.size(),
        "two runtimes of one name");
  }

  /** Returns a builder of an idle offer of nothing but {@code resources}. */
  public static OfferBuilder builder(PeerId provider, OfferId offerId, Resources resources) {
    return new OfferBuilder(provider, offerId, resources);
  }

  /** Returns when it ends by the provider's clock. */
  public Instant expiresAt() {
    return issuedAt.plus(ttl);
  }

  /** Returns whether it has ended at {@code wallNow}. */
  public boolean isExpired(Instant wallNow) {
    return !wallNow.isBefore(expiresAt());
  }

  /** Returns whether it is dated more than {@link #SKEW_MAX} after {@code wallNow}. */
  public boolean isFutureDated(Instant wallNow) {
    return issuedAt.isAfter(wallNow.plus(SKEW_MAX));
  }

  /** Returns whether a runtime of that name, such as {@code java:wordcount}, is offered. */
  public boolean runs(String runtime) {
    return runtimes.stream().anyMatch(offered -> offered.name().equals(runtime));
  }

  /** Returns the next version of this offer, which tells another load. */
  public Offer renewed(long newSequence, Instant newIssuedAt, Load newLoad) {
    return next(newSequence, newIssuedAt, newLoad, withdrawn);
  }

  /** Returns the last version of this offer, which withdraws it. */
  public Offer withdrawal(long newSequence, Instant newIssuedAt) {
    return next(newSequence, newIssuedAt, load, true);
  }

  private Offer next(long newSequence, Instant newIssuedAt, Load newLoad, boolean nowWithdrawn) {
    return new Offer(
        meshName,
        provider,
        offerId,
        newSequence,
        newIssuedAt,
        ttl,
        nowWithdrawn,
        resources,
        runtimes,
        newLoad,
        place,
        price,
        energy,
        addresses);
  }
}
