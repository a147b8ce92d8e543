package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What all lookups of one peer share.
 *
 * @param self this peer, which is never asked
 * @param roundTrips what is known of a peer's queries, as {@link RoundTrips}
 * @param typical the same of all peers, for those of which nothing is known
 * @param ipGroups of whose peers only so many are asked
 * @param regionWord the first word, unsigned, of the distance within which all peers are asked,
 *     whether k or more; 0 for the k nearest alone
 * @param widening when a lookup goes on that seems to be over
 * @param scouts who of the seeds is asked at once in addition to alpha, as they answer soon: what
 *     they name is nearer than what this peer knows, though they are not, and comes first
 */
record LookupTerms(
    PeerId self,
    DhtConfig config,
    ToLongFunction<PeerId> roundTrips,
    long typical,
    IpGroups ipGroups,
    long regionWord,
    Widening widening,
    List<PeerInfo> scouts) {
  /** Under plain rules, so many of the nearest have answered before the rest is asked at once. */
  static final int BETA = 3;

  /** Returns terms under which nothing is known of anybody. */
  static LookupTerms of(PeerId self, DhtConfig config) {
    return new LookupTerms(
        self,
        config,
        peer -> RoundTrips.UNKNOWN,
        RoundTrips.UNKNOWN,
        config.ipGroups(false),
        0,
        Widening.NONE,
        List.of());
  }

  /** Returns these with a region. */
  LookupTerms withRegion(long firstWord) {
    return new LookupTerms(
        self, config, roundTrips, typical, ipGroups, firstWord, widening, scouts);
  }

  /** Returns these with another widening. */
  LookupTerms withWidening(Widening other) {
    return new LookupTerms(self, config, roundTrips, typical, ipGroups, regionWord, other, scouts);
  }

  boolean areAdaptive() {
    return config.rules() == SearchRules.ADAPTIVE;
  }

  /** Returns what a query of a peer of which {@code known} is known will take. */
  long expected(long known) {
    return known == RoundTrips.UNKNOWN ? typical : known;
  }

  /** Returns whether nobody new is taken in any more, but the nearest known are all asked now. */
  boolean isTimeToFollowUp(Candidates candidates) {
    return !areAdaptive() && candidates.haveAnswered(BETA);
  }

  /** Returns whether a candidate that is not nearer is asked first all the same. */
  boolean prefer(Candidates candidates, int index, int nearer) {
    return areAdaptive()
        && candidates.sharedBits(index) == candidates.sharedBits(nearer)
        && expectedNanos(candidates.roundTrips(index))
            < expectedNanos(candidates.roundTrips(nearer));
  }

  private long expectedNanos(long known) {
    return RoundTrips.smoothedNanos(expected(known));
  }
}
