package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.SignedOffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The offers a board holds: of each standing offer the one live version with the highest sequence.
 *
 * <p>An offer ends at its issued-at + ttl by the wall clock or its first-seen + ttl by the
 * monotonic clock, whichever is first. A withdrawal stays as a tombstone until its issued-at + 15
 * min + skew, since until then an older version could come back. Bounds: those of {@link
 * OfferGossipConfig}; this peer's own offers are neither counted nor dropped by them.
 */
final class OfferTable implements Machine<OfferTable.Output> {
  /** What changed. */
  sealed interface Output {
    /** A version is live now. */
    record Heard(SignedOffer offer) implements Output {}

    /** A version is no longer live. */
    record Gone(SignedOffer offer, Cause cause) implements Output {}
  }

  /** Why a version is no longer live. */
  enum Cause {
    SUPERSEDED,
    WITHDRAWN,
    EXPIRED,
    CROWDED_OUT
  }

  /** How a version stands to what is held. */
  enum Standing {
    /** It would be taken. */
    NEW,
    /** It is held, and was first heard a moment ago. */
    FRESH,
    /** It, or a later or equally late version, is held. */
    KNOWN,
    /** It has ended. */
    EXPIRED,
    /** It is dated too far ahead. */
    FUTURE
  }

  /** How long after it was first heard a version counts as fresh. */
  static final long FRESH_NANOS = 10_000_000_000L;

  private record Key(PeerId provider, OfferId offerId) implements Comparable<Key> {
    static Key of(SignedOffer signed) {
      return new Key(signed.offer().provider(), signed.offer().offerId());
    }

    @Override
    public int compareTo(Key other) {
      int byProvider = provider.compareTo(other.provider);
      return byProvider != 0 ? byProvider : offerId.compareTo(other.offerId);
    }
  }

  private final PeerId own;
  private final OfferGossipConfig config;
  private final InstantSource wallClock;
  private final OfferEntries<Key> live = new OfferEntries<>();
  private final OfferEntries<Key> withdrawn = new OfferEntries<>();
  private int ownCount;
  private final Queue<Output> outputs = new ArrayDeque<>();

  OfferTable(PeerId own, OfferGossipConfig config, InstantSource wallClock) {
    this.own = own;
    this.config = config;
    this.wallClock = wallClock;
  }

  /** Returns how a version stands, for whoever wants to know before it verifies. */
  Standing standing(SignedOffer signed, long nowNanos) {
    Offer offer = signed.offer();
    Instant wallNow = wallClock.instant();
    if (offer.isFutureDated(wallNow)) {
      return Standing.FUTURE;
    }
    if (!wallNow.isBefore(endsAt(offer))) {
      return Standing.EXPIRED;
    }
    OfferEntries.Entry held = held(Key.of(signed));
    if (held == null || offer.sequence() > held.signed().offer().sequence()) {
      return Standing.NEW;
    }
    boolean fresh = held.signed().equals(signed) && nowNanos - held.firstSeenNanos() < FRESH_NANOS;
    return fresh ? Standing.FRESH : Standing.KNOWN;
  }

  private OfferEntries.@Nullable Entry held(Key key) {
    OfferEntries.Entry held = live.find(key);
    return held == null ? withdrawn.find(key) : held;
  }

  /** Returns until when by the wall clock a version means something: a withdrawal means longer. */
  private static Instant endsAt(Offer offer) {
    return offer.withdrawn()
        ? offer.issuedAt().plus(Offer.TTL_MAX).plus(Offer.SKEW_MAX)
        : offer.expiresAt();
  }

  /** A version with a sound signature came, or one of our own; ignored unless it is new. */
  void onVerified(SignedOffer signed, long nowNanos) {
    sweep(nowNanos);
    if (standing(signed, nowNanos) != Standing.NEW) {
      return;
    }
    Key key = Key.of(signed);
    boolean withdrawal = signed.offer().withdrawn();
    withdrawn.remove(key);
    removeLive(key, withdrawal ? Cause.WITHDRAWN : Cause.SUPERSEDED);
    OfferEntries.Entry entry =
        new OfferEntries.Entry(signed, nowNanos, deadlineNanos(signed.offer(), nowNanos));
    if (withdrawal) {
      withdrawn.put(key, entry);
      if (withdrawn.size() > config.tombstonesMax()) {
        withdrawn.remove(withdrawn.firstDue());
      }
    } else {
      live.put(key, entry);
      ownCount += isOwn(key) ? 1 : 0;
      outputs.add(new Output.Heard(signed));
      makeRoom(key);
    }
  }

  private long deadlineNanos(Offer offer, long nowNanos) {
    Duration left = Duration.between(wallClock.instant(), endsAt(offer));
    Duration most = offer.withdrawn() ? Offer.TTL_MAX.plus(Offer.SKEW_MAX) : offer.ttl();
    return nowNanos + (left.compareTo(most) > 0 ? most : left).toNanos();
  }

  private void makeRoom(Key newest) {
    if (isOwn(newest)) {
      return;
    }
    Predicate<Key> isTheirs = key -> key.provider.equals(newest.provider);
    if (live.countAround(newest, isTheirs) > config.offersPerProviderMax()) {
      // Not by when it was heard: who joins late hears old and new ones in any order.
      Key oldest = live.firstIssued(isTheirs);
      removeLive(oldest, Cause.CROWDED_OUT);
    }
    if (othersCount() > config.offersMax()) {
      removeLive(live.firstDue(key -> !isOwn(key)), Cause.CROWDED_OUT);
    }
  }

  private boolean isOwn(Key key) {
    return key.provider.equals(own);
  }

  private void removeLive(Key key, Cause cause) {
    OfferEntries.Entry removed = live.remove(key);
    if (removed != null) {
      ownCount -= isOwn(key) ? 1 : 0;
      outputs.add(new Output.Gone(removed.signed(), cause));
    }
  }

  private void sweep(long nowNanos) {
    while (live.earliestNanos() <= nowNanos) {
      removeLive(live.firstDue(), Cause.EXPIRED);
    }
    while (withdrawn.earliestNanos() <= nowNanos) {
      withdrawn.remove(withdrawn.firstDue());
    }
  }

  /** Returns how many live offers of others are held. */
  int othersCount() {
    return live.size() - ownCount;
  }

  /** Returns how many withdrawals are remembered. */
  int tombstonesCount() {
    return withdrawn.size();
  }

  /** Returns this peer's own live offers, in order of their ids. */
  List<SignedOffer> ownOffers() {
    return offers().stream().filter(signed -> signed.offer().provider().equals(own)).toList();
  }

  /** Returns whether an offer or a withdrawal of this peer's own is held. */
  boolean holdsOwn() {
    return ownCount > 0 || !withdrawals(offer -> offer.provider().equals(own)).isEmpty();
  }

  /** Returns the live offers in order of provider and offer id. */
  List<SignedOffer> offers() {
    // The wall clock may have been set forward since the deadlines were.
    Instant wallNow = wallClock.instant();
    List<SignedOffer> found = new ArrayList<>();
    live.forEach(
        entry -> {
          if (!entry.signed().offer().isExpired(wallNow)) {
            found.add(entry.signed());
          }
        });
    return found;
  }

  /** Returns withdrawals that fit, in order of provider and offer id. */
  List<SignedOffer> withdrawals(Predicate<Offer> fits) {
    List<SignedOffer> found = new ArrayList<>();
    withdrawn.forEach(
        entry -> {
          if (fits.test(entry.signed().offer())) {
            found.add(entry.signed());
          }
        });
    return found;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return Math.min(live.earliestNanos(), withdrawn.earliestNanos());
  }

  @Override
  public void onTimeout(long nowNanos) {
    sweep(nowNanos);
  }
}
