package io.surgemesh.dht;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Of whom it is said that they left, and who was found gone by this peer itself.
 *
 * <p>Who is doubted stays a hint, and is only not asked about others. He says anew that he is there
 * when he hears of it, and the doubt is over; if he does not for {@value #DOUBT_NANOS} ns, he is
 * taken for gone. Of one observer at most {@value #OBSERVER_MAX} doubts count at a time, of all
 * {@value #DOUBTS_MAX}; further ones are ignored.
 *
 * <p>Of those gone the last {@value #GONE_MAX} are remembered for {@value #GONE_NANOS} ns, so that
 * nobody brings them back by what they said before. Not for longer, as it may have been our own
 * network that was gone.
 */
final class HintDoubts {
  static final int DOUBTS_MAX = 1024;
  static final int OBSERVER_MAX = 16;
  static final int GONE_MAX = 512;

  /** Longer than what it takes a peer to hear of it and to be heard (Hints.REFUTE_NANOS). */
  static final long DOUBT_NANOS = Duration.ofMinutes(30).toNanos();

  /** Longer than others keep them. */
  static final long GONE_NANOS = Duration.ofHours(1).toNanos();

  private record Doubt(long seq, long observer, long sinceNanos) {}

  private final Map<Long, Doubt> doubts = new LinkedHashMap<>(0);

  private record Gone(long seq, long sinceNanos) {}

  /** By the first word of a peer's key, the longest ago first. */
  private final Map<Long, Gone> gone = new LinkedHashMap<>(0);

  /** Takes what an observer says; returns whether that is new and counts. */
  boolean add(Departure leave, long nowNanos) {
    if (isDoubted(leave.word()) || doubts.size() >= DOUBTS_MAX) {
      return false;
    }
    long his = doubts.values().stream().filter(d -> d.observer == leave.observer()).count();
    if (his >= OBSERVER_MAX) {
      return false;
    }
    doubts.put(leave.word(), new Doubt(leave.seq(), leave.observer(), nowNanos));
    return true;
  }

  boolean isDoubted(long word) {
    return doubts.containsKey(word);
  }

  /** A peer was heard itself. */
  void clear(long word) {
    doubts.remove(word);
  }

  /** A peer is gone, until it says anew that it is there. */
  void onGone(Member member, long nowNanos) {
    doubts.remove(member.word());
    gone.remove(member.word());
    gone.put(member.word(), new Gone(member.seq(), nowNanos));
    if (gone.size() > GONE_MAX) {
      gone.remove(gone.keySet().iterator().next());
    }
  }

  /** Returns whether a peer was found gone since it said this. */
  boolean isGone(Member member) {
    return isGone(member.word(), member.seq());
  }

  /** As above, by the first word of the peer's key and the number of what it said. */
  boolean isGone(long word, long said) {
    Gone found = gone.get(word);
    return found != null && Long.compareUnsigned(said, found.seq) <= 0;
  }

  /** Adds the names of what those of a range said last that are gone. */
  void addNames(long from, long to, long salt, List<Integer> names) {
    gone.forEach(
        (word, found) -> {
          if (Long.compareUnsigned(word, from) >= 0 && Long.compareUnsigned(word, to) <= 0) {
            names.add(MemberEvent.mixed(word, found.seq, salt));
          }
        });
  }

  /** Tells of those that were doubted for too long, and forgets who has been gone for long. */
  void expire(long nowNanos, LongConsumer expired) {
    gone.values().removeIf(found -> nowNanos - found.sinceNanos >= GONE_NANOS);
    List<Long> over = new ArrayList<>();
    doubts.forEach(
        (word, doubt) -> {
          if (nowNanos - doubt.sinceNanos >= DOUBT_NANOS) {
            over.add(word);
          }
        });
    over.forEach(doubts.keySet()::remove);
    over.forEach(expired::accept);
  }
}
