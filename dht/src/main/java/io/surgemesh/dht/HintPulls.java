package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Asks one source after the other, one at a time, within the budget. */
final class HintPulls {
  /** The most members of a range that a request names as known. */
  static final int HELD_MAX = 64;

  /** What a list of names takes beside them: its own length, and a longer one of the request. */
  private static final int NAMES_HEAD_BYTES = 8;

  private static final long LAST_WORD = -1L;

  /** What became of an answer. */
  enum Outcome {
    TAKEN,
    NOT_ASKED,
    MISFIT
  }

  private final HintCache cache;
  private final HintNews news;
  private final HintDoubts doubts;
  private final HintSources sources;
  private final HintBudget sending;
  private final HintBudget receiving;
  private final RandomGenerator random;
  private HintSources.@Nullable Source asking;
  private MembersMessage.@Nullable Pull asked;
  private long newsEnd;
  private long sweepFrom;

  HintPulls(
      HintCache cache,
      HintNews news,
      HintDoubts doubts,
      HintSources sources,
      HintBudget sending,
      HintBudget receiving,
      RandomGenerator random) {
    this.cache = cache;
    this.news = news;
    this.doubts = doubts;
    this.sources = sources;
    this.sending = sending;
    this.receiving = receiving;
    this.random = random;
    this.sweepFrom = random.nextLong();
  }

  /**
   * Asks the next source.
   *
   * @param own what this peer says of itself, null before it does
   * @return null when one is being asked, there is nobody to ask, or the budget is used up
   */
  Hints.Output.@Nullable Pull ask(@Nullable Member own, long nowNanos) {
    int bytesMax = Math.min(receiving.left(nowNanos), HintAnswers.ANSWER_BYTES_MAX);
    if (asking != null || bytesMax < HintAnswers.ANSWER_BYTES_MIN) {
      return null;
    }
    HintSources.Source source = sources.next(news.end(), nowNanos);
    if (source == null) {
      return null;
    }
    MembersMessage.Pull pull = pull(source, own, bytesMax, nowNanos);
    if (!sending.spend(pull.encodedBytes(), nowNanos)) {
      return null;
    }
    asking = source;
    asked = pull;
    newsEnd = news.end();
    return new Hints.Output.Pull(source.peer(), pull);
  }

  private MembersMessage.Pull pull(
      HintSources.Source source, @Nullable Member own, int bytesMax, long nowNanos) {
    long salt = random.nextLong();
    long to = sweepTo();
    MembersMessage.Pull pull =
        new MembersMessage.Pull(
            salt,
            source.after(),
            MemberNames.NONE,
            sweepFrom,
            to,
            held(to, salt),
            source.isToldSelf() ? Optional.empty() : Optional.ofNullable(own),
            bytesMax);
    // Rather be told again what is known than ask nothing.
    int room = sending.left(nowNanos) - pull.encodedBytes() - NAMES_HEAD_BYTES;
    int namesMax = Math.max(0, room / Integer.BYTES);
    return pull.withKnown(known(source.toldUpTo(), salt, namesMax));
  }

  /** Returns the end of a range of which this peer knows not too many. */
  private long sweepTo() {
    HintCache.Walk walk = cache.walk(sweepFrom, LAST_WORD);
    Member last = null;
    for (int i = 0; i < HELD_MAX; i++) {
      last = walk.next();
      if (last == null) {
        return LAST_WORD;
      }
    }
    return last == null ? LAST_WORD : last.word();
  }

  /** Returns the names of our news from a position on, the latest when they are too many. */
  private MemberNames known(long from, long salt, int namesMax) {
    long first = Math.max(news.next(from), news.end() - namesMax);
    int[] names = new int[(int) (news.end() - first)];
    for (int i = 0; i < names.length; i++) {
      names[i] = news.get(first + i).name(salt);
    }
    return new MemberNames(names);
  }

  private MemberNames held(long to, long salt) {
    List<Integer> names = new ArrayList<>();
    HintCache.Walk walk = cache.walk(sweepFrom, to);
    for (Member member = walk.next(); member != null; member = walk.next()) {
      names.add(member.name(salt));
    }
    doubts.addNames(sweepFrom, to, salt, names);
    return MemberNames.of(names);
  }

  /** Takes an answer; whoever gives one to something else is asked no more. */
  Outcome onAnswer(PeerId from, MembersMessage.Answer answer, long nowNanos) {
    HintSources.Source source = asking;
    MembersMessage.Pull pull = asked;
    if (source == null || pull == null || !source.peer().equals(from)) {
      return Outcome.NOT_ASKED;
    }
    asking = null;
    asked = null;
    int bytes = Math.min(answer.encodedBytes(), pull.bytesMax());
    boolean unused = receiving.spend(bytes, nowNanos);
    if (!fits(answer, pull)) {
      sources.remove(from);
      return Outcome.MISFIT;
    }
    sweepFrom = answer.upTo() + 1;
    source.onAnswer(answer.next(), newsEnd, pull.self().isPresent());
    return Outcome.TAKEN;
  }

  private static boolean fits(MembersMessage.Answer answer, MembersMessage.Pull pull) {
    if (answer.encodedBytes() > pull.bytesMax()
        || Long.compareUnsigned(answer.upTo(), pull.to()) > 0
        || (Long.compareUnsigned(answer.upTo() + 1, pull.from()) < 0
            && answer.upTo() != LAST_WORD)) {
      return false;
    }
    return answer.members().stream()
        .allMatch(
            member ->
                Long.compareUnsigned(member.word(), pull.from()) >= 0
                    && Long.compareUnsigned(member.word(), answer.upTo()) <= 0);
  }

  /** The source that was asked does not answer; ignored from another. */
  void onFailure(PeerId from) {
    if (asking != null && asking.peer().equals(from)) {
      asking = null;
      asked = null;
      sources.remove(from);
    }
  }
}
