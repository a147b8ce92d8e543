package io.surgemesh.dht;

import io.surgemesh.dht.HintClaims.Witnessed;
import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Which of what is told is new and of use, before its signature is looked at. */
final class HintFilter {
  /** How far another's clock may be ahead of ours. */
  static final long AHEAD_SECONDS = Duration.ofHours(1).toSeconds();

  /** After how many of the intervals a peer is forgotten that says nothing anew. */
  static final int LIFE_INTERVALS = 3;

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

  List<Member> worthIt(List<Member> members) {
    List<Member> worthIt = new ArrayList<>();
    for (Member member : members) {
      if (isWorthIt(member)) {
        worthIt.add(member);
      }
    }
    return worthIt;
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
