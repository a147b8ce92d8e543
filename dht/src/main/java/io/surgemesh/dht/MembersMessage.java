package io.surgemesh.dht;

import io.surgemesh.dht.pb.MembersFrame;
import io.surgemesh.dht.pb.PullAnswer;
import io.surgemesh.dht.pb.PullRequest;
import io.surgemesh.wire.ProtobufSize;
import java.util.List;
import java.util.Optional;

/** One message about who is in the mesh: a request or its answer. Immutable. */
sealed interface MembersMessage {
  /** Returns how long it is as bytes. */
  int encodedBytes();

  /**
   * Asks for news, and for members of a range of the key space that the asker lacks.
   *
   * @param salt of the names in it
   * @param after how far the asker has read the news of whom it asks; 0 for nothing yet
   * @param known names of news that it has from others, at most {@value MembersCodec#NAMES_MAX}
   * @param from the first word of the range
   * @param to the last one, unsigned
   * @param held names of what the asker has of the range; as {@code known}
   * @param self what the asker says of itself, if the other may not know it yet
   * @param bytesMax the most bytes of the answer
   */
  record Pull(
      long salt,
      long after,
      MemberNames known,
      long from,
      long to,
      MemberNames held,
      Optional<Member> self,
      int bytesMax)
      implements MembersMessage {
    /** Returns this with other names of news that the asker has. */
    Pull withKnown(MemberNames other) {
      return new Pull(salt, after, other, from, to, held, self, bytesMax);
    }

    @Override
    public int encodedBytes() {
      int bytes =
          MembersMessage.fixed(salt)
              + MembersMessage.number(PullRequest.AFTER_FIELD_NUMBER, after)
              + MembersMessage.packed(PullRequest.KNOWN_FIELD_NUMBER, known)
              + MembersMessage.fixed(from)
              + MembersMessage.fixed(to)
              + MembersMessage.packed(PullRequest.HELD_FIELD_NUMBER, held)
              + self.map(Member::encodedBytes).orElse(0)
              + MembersMessage.number(PullRequest.BYTES_MAX_FIELD_NUMBER, bytesMax);
      return ProtobufSize.delimited(MembersFrame.PULL_FIELD_NUMBER, bytes);
    }
  }

  /**
   * Answers a {@link Pull}.
   *
   * @param next how far the asker has read the news now
   * @param joins peers that joined, or said so anew
   * @param leaves peers that were not found
   * @param members of the range, in the order of their keys, what the asker lacks
   * @param upTo to where that goes; the rest of the range is to be asked for again
   */
  record Answer(
      long next, List<Member> joins, List<Departure> leaves, List<Member> members, long upTo)
      implements MembersMessage {
    /** Copies the lists. */
    public Answer {
      joins = List.copyOf(joins);
      leaves = List.copyOf(leaves);
      members = List.copyOf(members);
    }

    @Override
    public int encodedBytes() {
      int bytes =
          MembersMessage.number(PullAnswer.NEXT_FIELD_NUMBER, next) + MembersMessage.fixed(upTo);
      for (Member join : joins) {
        bytes += join.encodedBytes();
      }
      for (Departure leave : leaves) {
        bytes += leave.encodedBytes();
      }
      for (Member member : members) {
        bytes += member.encodedBytes();
      }
      return ProtobufSize.delimited(MembersFrame.ANSWER_FIELD_NUMBER, bytes);
    }
  }

  private static int fixed(long value) {
    return value == 0 ? 0 : 1 + Long.BYTES;
  }

  private static int number(int field, long value) {
    return value == 0 ? 0 : ProtobufSize.varint(field, value);
  }

  private static int packed(int field, MemberNames names) {
    return names.size() == 0 ? 0 : ProtobufSize.delimited(field, Integer.BYTES * names.size());
  }
}
