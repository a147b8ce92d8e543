package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Takes the input for what others tell and ask, and for who answers. */
public final class HintsFuzz {
  private static final int SELF = 500;
  private static final int PEERS = 64;

  private final RoutingTable table =
      new RoutingTable(TestMembers.peer(SELF), 4, new IpGroups(2, true));
  private final Deque<MembersMessage.Pull> asked = new ArrayDeque<>();
  private final Deque<PeerId> sources = new ArrayDeque<>();
  private long nowNanos;
  private final Hints hints =
      new Hints(
          TestMembers.peer(SELF),
          HintsConfig.defaults(),
          table,
          new SizeEstimate(4),
          new IpGroups(2, true),
          () -> Instant.ofEpochSecond(TestMembers.NOW).plusNanos(nowNanos),
          new SplittableRandom(1));

  private HintsFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new HintsFuzz().run(ByteBuffer.wrap(data));
  }

  private void run(ByteBuffer input) {
    hints.start(true, nowNanos);
    for (int i = 0; i < 6; i++) {
      table.onSeen(TestMembers.peer(i), IpGroups.NONE, 1, 0);
    }
    while (input.remaining() > 4) {
      step(input.get(), input);
      drain();
      nowNanos += (input.get() & 0xffL) * TestPeers.SECOND / 16;
      hints.onTimeout(nowNanos);
      drain();
      require(hints.size() <= PEERS, "knows only who there is");
      require(hints.find(TestMembers.peer(SELF)) == null, "is without this peer");
      require(hints.deadlineNanos() > nowNanos - TestPeers.SECOND, "does what is due");
    }
  }

  private void step(int what, ByteBuffer input) {
    PeerId peer = TestMembers.peer(input.get() & 7);
    switch (what & 7) {
      case 0, 1, 2 -> answer(what, peer, input);
      case 3 -> hints.onFailure(peer, nowNanos);
      case 4 -> hints.onHeard(peer, (what & 8) == 0);
      case 5 -> hints.onSilent(peer, (what & 8) == 0, nowNanos);
      default -> request(what, peer, input);
    }
  }

  private void answer(int what, PeerId any, ByteBuffer input) {
    MembersMessage.Pull pull = asked.poll();
    PeerId from = sources.poll();
    if (pull == null || from == null) {
      return;
    }
    List<Member> joins = new ArrayList<>();
    List<Departure> leaves = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (int i = input.get() & 7; i > 0 && input.remaining() > 2; i--) {
      Member member = member(input);
      switch (input.get() & 3) {
        case 0 -> joins.add(member);
        case 1 -> members.add(member);
        case 2 -> leaves.add(TestMembers.leave(what & 31, member));
        default -> leaves.add(TestMembers.forgedLeave(what & 31, member));
      }
    }
    long upTo = (what & 16) == 0 ? pull.to() : ((long) what << 56);
    hints.onAnswer(
        (what & 32) == 0 ? from : any,
        (what & 64) == 0 ? TestPeers.AT : null,
        new MembersMessage.Answer(what, joins, leaves, members, upTo),
        nowNanos);
  }

  private static Member member(ByteBuffer input) {
    int kind = input.get();
    int number = kind & (PEERS - 1);
    return kind < 0
        ? TestMembers.forged(number)
        : TestMembers.member(number, TestMembers.NOW + (kind >> 6));
  }

  private void request(int what, PeerId from, ByteBuffer input) {
    long word = (long) input.get() << 56;
    int bytesMax = (what & 0xff) << 7;
    MembersMessage.Pull pull =
        new MembersMessage.Pull(
            what,
            what >> 3,
            MemberNames.NONE,
            word,
            ~word,
            new MemberNames(1),
            (what & 8) == 0 ? Optional.empty() : Optional.of(TestMembers.member(what & 15)),
            bytesMax);
    Optional<MembersMessage.Answer> answer =
        hints.onRequest(from, TestPeers.address(what & 15), pull, nowNanos);
    require(answer.isEmpty() || answer.get().encodedBytes() <= bytesMax, "answers as asked");
  }

  private void drain() {
    for (Hints.Output output = hints.poll(); output != null; output = hints.poll()) {
      boolean signed = TestMembers.sign(hints, output, SELF, nowNanos);
      if (!signed && output instanceof Hints.Output.Pull pull) {
        require(asked.size() < 2 * HintSources.SOURCES_MAX, "asks one at a time");
        asked.clear();
        sources.clear();
        asked.add(pull.request());
        sources.add(pull.peer());
      }
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("what gives hints " + rule);
    }
  }
}
