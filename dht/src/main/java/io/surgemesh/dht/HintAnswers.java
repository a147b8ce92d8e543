package io.surgemesh.dht;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers others who is in the mesh, as far as the budget goes. */
final class HintAnswers {
  /** The most bytes of an answer. */
  static final int ANSWER_BYTES_MAX = 16 * 1024;

  /** With fewer left nothing is answered: who asks had better ask another. */
  static final int ANSWER_BYTES_MIN = 1024;

  private static final int HEAD_BYTES = 32;

  private final HintCache cache;
  private final HintNews news;
  private final HintBudget sending;

  HintAnswers(HintCache cache, HintNews news, HintBudget sending) {
    this.cache = cache;
    this.news = news;
    this.sending = sending;
  }

  /**
   * Returns the answer; empty when this peer has sent too much already. One answer takes at most
   * half of what is left, so that one who asks often leaves something to others.
   */
  Optional<MembersMessage.Answer> answer(MembersMessage.Pull pull, long nowNanos) {
    int left = Math.min(sending.leftForAnswers(nowNanos) / 2, ANSWER_BYTES_MAX);
    int room = Math.min(pull.bytesMax(), left) - HEAD_BYTES;
    if (room < ANSWER_BYTES_MIN - HEAD_BYTES) {
      return Optional.empty();
    }
    Filling filling = new Filling(pull, room);
    filling.addNews();
    filling.addMembers();
    MembersMessage.Answer answer = filling.answer();
    boolean unused = sending.spend(answer.encodedBytes(), nowNanos);
    return Optional.of(answer);
  }

  /** An answer that is being filled. */
  private final class Filling {
    private final MembersMessage.Pull pull;
    private final List<Member> joins = new ArrayList<>();
    private final List<Departure> leaves = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private int room;
    private long next;
    private long upTo;

    Filling(MembersMessage.Pull pull, int room) {
      this.pull = pull;
      this.room = room;
      this.next = news.next(pull.after());
      this.upTo = pull.to();
    }

    private int count() {
      return joins.size() + leaves.size() + members.size();
    }

    private boolean takes(MemberEvent event) {
      if (event.encodedBytes() > room || count() == MembersCodec.EVENTS_MAX) {
        return false;
      }
      room -= event.encodedBytes();
      return true;
    }

    void addNews() {
      for (; next < news.end(); next++) {
        MemberEvent event = news.get(next);
        if (pull.known().contains(event.name(pull.salt()))) {
          continue;
        }
        if (!takes(event)) {
          return;
        }
        if (event instanceof Member join) {
          joins.add(join);
        } else if (event instanceof Departure leave) {
          leaves.add(leave);
        } else {
          throw new AssertionError(event);
        }
      }
    }

    void addMembers() {
      HintCache.Walk walk = cache.walk(pull.from(), pull.to());
      for (Member member = walk.next(); member != null; member = walk.next()) {
        if (pull.held().contains(member.name(pull.salt()))) {
          continue;
        }
        if (!takes(member)) {
          // Words are never equal, and this one is not below the range's first.
          upTo = member.word() - 1;
          return;
        }
        members.add(member);
      }
    }

    MembersMessage.Answer answer() {
      return new MembersMessage.Answer(next, joins, leaves, members, upTo);
    }
  }
}
