package io.surgemesh.dht;

import io.surgemesh.dht.HintClaims.Witnessed;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which of what is told is new and of use, before its signature is looked at. */
final class HintFilter {
  /** How far another's clock may be ahead of ours. */
  static final long AHEAD_SECONDS = Duration.ofHours(1).toSeconds();

  /** After how many of the intervals a peer is forgotten that says nothing anew. */
  static final int LIFE_INTERVALS = 3;

  /**
   * How much later than what is known of a peer it must have said something for that to be told on;
   * half of what it waits itself at least ({@link Hints#REFUTE_NANOS}). One that says every moment
   * that it is there would else have the news, and what may be sent, for itself.
   */
  static final long NEWS_SECONDS = Duration.ofMinutes(5).toSeconds();

  private static final long SECOND_MILLIS = 1000;

  private final PeerId self;
  private final HintCache cache;
  private final HintDoubts doubts;
  private final InstantSource wallClock;
  private final long lifeSeconds;

  HintFilter(
      PeerId self,
      HintsConfig config,
      HintCache cache,
      HintDoubts doubts,
      InstantSource wallClock) {
    this.self = self;
    this.cache = cache;
    this.doubts = doubts;
    this.wallClock = wallClock;
    this.lifeSeconds = LIFE_INTERVALS * config.announceInterval().toSeconds();
  }

  /** Returns with what chance one of so many peers says at its turn that it is there. */
  static double announcingChance(double peers) {
    // A word holds for several turns, so that each is less likely than the share to be known.
    double share = Math.min(1, HintsConfig.SAMPLE_PEERS / peers);
    return 1 - StrictMath.pow(1 - share, 1.0 / LIFE_INTERVALS);
  }

  long nowSeconds() {
    return Math.max(1, wallClock.millis() / SECOND_MILLIS);
  }

  /** Returns whether a number is a time at which one who is there may have signed. */
  boolean isRecent(long seq) {
    long now = nowSeconds();
    return seq >= Math.max(1, now - lifeSeconds) && seq <= now + AHEAD_SECONDS;
  }

  boolean isWorthIt(Member member) {
    return isRecent(member.seq())
        && !doubts.isGone(member)
        && cache.wants(member)
        && !member.peerId().equals(self);
  }

  /**
   * Returns whether what a peer says is to be told on: not what comes soon after what is known. One
   * that began anew is known already; if it has moved, it says so again once others miss it.
   */
  boolean isNews(Member member) {
    Member known = cache.find(member.word());
    return isWorthIt(member) && (known == null || !isOfOneTime(known.seq(), member));
  }

  /** Returns whether a peer said both in so short a time that the later one may not be known. */
  static boolean isOfOneTime(long earlier, Member later) {
    return Long.compareUnsigned(later.seq() - earlier, NEWS_SECONDS) < 0;
  }

  /**
   * Returns those worth it that whoever tells of them can mean.
   *
   * @param from as {@link ToldAddresses#meant} has it
   */
  List<Member> worthIt(List<Member> members, @Nullable Multiaddr from) {
    return told(members, from, this::isWorthIt);
  }

  /** Returns likewise those that are news. */
  List<Member> news(List<Member> members, @Nullable Multiaddr from) {
    return told(members, from, this::isNews);
  }

  private static List<Member> told(
      List<Member> members, @Nullable Multiaddr from, Predicate<Member> condition) {
    List<Member> told = new ArrayList<>();
    for (Member member : members) {
      if (condition.test(member) && ToldAddresses.isAnyMeant(member.info(), from)) {
        told.add(member);
      }
    }
    return told;
  }

  /**
   * Returns the departures of peers that this one knows, by peers that it knows. One of ourselves
   * is none: we are here.
   */
  List<Witnessed> witnessed(List<Departure> leaves) {
    List<Witnessed> witnessed = new ArrayList<>();
    for (Departure leave : leaves) {
      Member missing = cache.find(leave.word());
      Member observer = cache.find(leave.observer());
      if (missing != null
          && observer != null
          && leave.word() != leave.observer()
          && missing.seq() == leave.seq()
          && !doubts.isDoubted(leave.word())) {
        witnessed.add(new Witnessed(leave, observer));
      }
    }
    return witnessed;
  }
}
