package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HintsTest {
  private static final int SELF = 10_000;
  private static final int SOURCE = 9_000;
  private static final long SECOND = TestPeers.SECOND;
  private static final long MINUTE = TestPeers.MINUTE;

  private final RoutingTable table =
      new RoutingTable(TestMembers.peer(SELF), 20, new IpGroups(2, true));
  private final SizeEstimate size = new SizeEstimate(20);
  private final List<Hints.Output> outputs = new ArrayList<>();
  private Hints hints = hints(HintsConfig.defaults());
  private long nowNanos;
  private int saidOfSelf;
  private long wallSeconds;

  private Hints hints(HintsConfig config) {
    return new Hints(
        TestMembers.peer(SELF),
        config,
        table,
        size,
        new IpGroups(2, false),
        () -> Instant.ofEpochSecond(TestMembers.NOW + wallSeconds).plusNanos(nowNanos),
        new SplittableRandom(1));
  }

  @BeforeEach
  void start() {
    table.onSeen(TestMembers.peer(SOURCE), IpGroups.NONE, 1, 0);
    hints.start(true, 0);
  }

  /** Has signed and verified what is to be, and keeps what else is put out. */
  private void drain() {
    for (Hints.Output output = hints.poll(); output != null; output = hints.poll()) {
      saidOfSelf += output instanceof Hints.Output.SignSelf ? 1 : 0;
      if (!TestMembers.sign(hints, output, SELF, nowNanos)) {
        outputs.add(output);
      }
    }
  }

  private void advance(long nanos) {
    long untilNanos = nowNanos + nanos;
    while (hints.deadlineNanos() <= untilNanos) {
      nowNanos = Math.max(nowNanos, hints.deadlineNanos());
      hints.onTimeout(nowNanos);
      drain();
    }
    nowNanos = untilNanos;
  }

  /** Advances until the next request to a source. */
  private Hints.Output.Pull nextPull() {
    for (int i = 0; i < 1000; i++) {
      for (Hints.Output output : outputs) {
        if (output instanceof Hints.Output.Pull pull) {
          outputs.remove(pull);
          return pull;
        }
      }
      advance(SECOND);
    }
    throw new AssertionError("no request");
  }

  private void answer(
      Hints.Output.Pull pull, List<Member> joins, List<Departure> leaves, List<Member> members) {
    answer(pull, TestPeers.AT, joins, leaves, members);
  }

  private void answer(
      Hints.Output.Pull pull,
      Multiaddr at,
      List<Member> joins,
      List<Departure> leaves,
      List<Member> members) {
    hints.onAnswer(
        pull.peer(),
        at,
        new MembersMessage.Answer(1, joins, leaves, members, pull.request().to()),
        nowNanos);
    drain();
  }

  private void tell(List<Member> joins, List<Departure> leaves) {
    answer(nextPull(), joins, leaves, List.of());
  }

  private MembersMessage.Answer ask(PeerId from, long after, Optional<Member> self) {
    MembersMessage.Answer answer =
        hints
            .onRequest(
                from,
                null,
                new MembersMessage.Pull(
                    5, after, MemberNames.NONE, 0, -1, MemberNames.NONE, self, 16_384),
                nowNanos)
            .orElseThrow();
    drain();
    return answer;
  }

  @Test
  void aSourceIsToldOnceThatWeAreThere() {
    List<Member> told = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Hints.Output.Pull pull = nextPull();
      pull.request().self().ifPresent(told::add);
      answer(pull, List.of(), List.of(), List.of());
    }
    assertThat(told).extracting(Member::peerId).containsExactly(TestMembers.peer(SELF));
  }

  @Test
  void newsAreHintsAndAreToldOn() {
    tell(TestMembers.members(0, 3), List.of());
    assertThat(hints.size()).isEqualTo(3);
    assertThat(ask(TestMembers.peer(50), 1, Optional.empty()).joins())
        .containsAll(TestMembers.members(0, 3));
  }

  @Test
  void whoIsSaidFromElsewhereToBeOnThisNetworkIsNoHint() {
    Multiaddr home = Multiaddr.of("/ip4/192.168.0.7/tcp/22");
    Multiaddr internet = Multiaddr.of("/ip4/8.8.8.8/tcp/4001");
    Member atHome = TestMembers.at(1, TestMembers.NOW, home);
    Member both = TestMembers.at(2, TestMembers.NOW, home, internet);
    List<Member> told = List.of(atHome, both);
    answer(nextPull(), internet, told, List.of(), List.of());
    assertThat(hints.find(atHome.peerId())).isNull();
    assertThat(hints.find(both.peerId())).isEqualTo(both);
    assertThat(hints.seeds(Key.of(both.peerId()), 20))
        .contains(new PeerInfo(both.peerId(), List.of(internet)));
    // From one on this network it may be meant.
    answer(nextPull(), TestPeers.AT, told, List.of(), List.of());
    assertThat(hints.find(atHome.peerId())).isEqualTo(atHome);
  }

  @Test
  void membersOfARangeAreHintsAndNoNews() {
    Hints.Output.Pull pull = nextPull();
    List<Member> inRange =
        TestMembers.members(0, 20).stream()
            .filter(member -> Long.compareUnsigned(member.word(), pull.request().from()) >= 0)
            .sorted((one, other) -> Long.compareUnsigned(one.word(), other.word()))
            .toList();
    answer(pull, List.of(), List.of(), inRange);
    assertThat(hints.size()).isEqualTo(inRange.size()).isPositive();
    MembersMessage.Answer answer = ask(TestMembers.peer(50), 1, Optional.empty());
    assertThat(answer.joins()).noneMatch(inRange::contains);
    assertThat(answer.members()).isEqualTo(inRange);
  }

  @Test
  void whatIsPlayedAgainChangesNothing() {
    Member first = TestMembers.member(1, TestMembers.NOW);
    Member second = TestMembers.at(1, TestMembers.NOW + 1, Multiaddr.of("/ip4/1.2.3.4/tcp/1"));
    tell(List.of(second), List.of());
    tell(List.of(first, second), List.of());
    assertThat(hints.seeds(Key.of(first.peerId()), 1)).containsExactly(second.info());
    hints.onSilent(first.peerId(), false, nowNanos);
    drain();
    tell(List.of(first, second), List.of());
    assertThat(hints.size()).isZero();
    tell(List.of(TestMembers.member(1, TestMembers.NOW + 2)), List.of());
    assertThat(hints.size()).isEqualTo(1);
  }

  @Test
  void whoSaysAllTheTimeThatItIsThereIsNewsOnce() {
    Multiaddr place = Multiaddr.of("/ip4/9.9.0.1/tcp/1");
    List<Member> words = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      words.add(TestMembers.at(1, TestMembers.NOW + i, place));
      nowNanos += SECOND;
      introduce(words.get(i), place);
    }
    tell(words, List.of());
    assertThat(newsOf(1)).isEqualTo(1);
    Member later = TestMembers.at(1, TestMembers.NOW + HintFilter.NEWS_SECONDS, place);
    introduce(later, place);
    assertThat(newsOf(1)).isEqualTo(2);
    assertThat(hints.find(later.peerId())).isEqualTo(later);
  }

  /** Or two halves of a mesh could know different ones for hours. */
  @Test
  void ofARangeTheNewestWordIsTakenHoweverSoonItCame() {
    tell(List.of(TestMembers.member(1)), List.of());
    Member second = TestMembers.at(1, TestMembers.NOW + 1, TestPeers.address(77));
    for (int i = 0; i < 3; i++) {
      Hints.Output.Pull pull = nextPull();
      boolean isInRange = Long.compareUnsigned(second.word(), pull.request().from()) >= 0;
      answer(pull, List.of(second), List.of(), isInRange ? List.of(second) : List.of());
    }
    assertThat(hints.find(second.peerId())).isEqualTo(second);
    assertThat(newsOf(1)).isEqualTo(1);
  }

  private void introduce(Member self, @Nullable Multiaddr at) {
    hints.onRequest(
        self.peerId(),
        at,
        new MembersMessage.Pull(
            5, 0, MemberNames.NONE, 0, -1, MemberNames.NONE, Optional.of(self), 1024),
        nowNanos);
    drain();
  }

  private long newsOf(int number) {
    return ask(TestMembers.peer(50), 1, Optional.empty()).joins().stream()
        .filter(join -> join.peerId().equals(TestMembers.peer(number)))
        .count();
  }

  @Test
  void whatIsTooOldOrFromTheFutureIsNotBelieved() {
    long life = HintFilter.LIFE_INTERVALS * HintsConfig.defaults().announceInterval().toSeconds();
    tell(
        List.of(
            TestMembers.member(1, TestMembers.NOW - life - 60),
            TestMembers.member(2, TestMembers.NOW + HintFilter.AHEAD_SECONDS + 3600),
            TestMembers.member(3, 0),
            TestMembers.member(4, -1)),
        List.of());
    assertThat(hints.size()).isZero();
  }

  @Test
  void whoSaysNothingAnewIsForgotten() {
    tell(TestMembers.members(0, 3), List.of());
    advance(13 * 60 * MINUTE);
    assertThat(hints.size()).isZero();
  }

  @Test
  void ofAMeshTooLargeToBeKnownAShareIsKnownAtATime() {
    int peers = 8 * HintsConfig.SAMPLE_PEERS;
    List<PeerInfo> crowd = TestPeers.infos(0, peers);
    for (int i = 0; i < SizeEstimate.SEARCHES_MAX; i++) {
      Key target = Key.of(TestPeers.key("size " + i));
      long limit = (long) (60.0 / peers * 0x1p63) << 1;
      List<PeerInfo> near =
          crowd.stream()
              .filter(peer -> Long.compareUnsigned(apart(target, peer), limit) <= 0)
              .sorted(
                  (one, other) -> Long.compareUnsigned(apart(target, one), apart(target, other)))
              .toList();
      size.onSearched(target, near.subList(0, 20));
    }
    HintsConfig config = HintsConfig.defaults().withPullInterval(Duration.ofHours(1));
    hints = hints(config);
    start();
    int turns = 2000;
    advance(turns * config.announceInterval().toNanos());
    double share = 1 - Math.pow(1 - (double) saidOfSelf / turns, HintFilter.LIFE_INTERVALS);
    assertThat(share).isBetween(0.09, 0.16);
  }

  private static long apart(Key target, PeerInfo peer) {
    return target.word0() ^ Key.firstWord(peer.peerId());
  }

  @Test
  void aSourceThatTellsOfForgeriesIsAskedNoMore() {
    tell(List.of(TestMembers.forged(1), TestMembers.member(2)), List.of());
    assertThat(hints.find(TestMembers.peer(1))).isNull();
    assertThat(hints.find(TestMembers.peer(2))).isNotNull();
    assertThat(hints.needs(TestMembers.peer(SOURCE))).isFalse();
  }

  @Test
  void anAnswerNobodyAskedForIsIgnored() {
    hints.onAnswer(
        TestMembers.peer(SOURCE),
        TestPeers.AT,
        new MembersMessage.Answer(1, TestMembers.members(0, 3), List.of(), List.of(), -1),
        nowNanos);
    Hints.Output.Pull pull = nextPull();
    hints.onAnswer(
        TestMembers.peer(77),
        TestPeers.AT,
        new MembersMessage.Answer(1, TestMembers.members(0, 3), List.of(), List.of(), -1),
        nowNanos);
    drain();
    assertThat(hints.size()).isZero();
    answer(pull, TestMembers.members(0, 3), List.of(), List.of());
    answer(pull, TestMembers.members(3, 6), List.of(), List.of());
    assertThat(hints.size()).isEqualTo(3);
  }

  @Test
  void anAnswerLongerThanAskedForOrBesideItsRangeIsRefused() {
    Hints.Output.Pull pull = nextPull();
    answer(pull, TestMembers.members(0, 200), List.of(), List.of());
    assertThat(hints.size()).isZero();
    assertThat(hints.needs(pull.peer())).isFalse();
    pull = nextPull();
    Member below =
        TestMembers.members(0, 100).stream()
            .min((one, other) -> Long.compareUnsigned(one.word(), other.word()))
            .orElseThrow();
    assertThat(Long.compareUnsigned(below.word(), pull.request().from())).isNegative();
    answer(pull, List.of(), List.of(), List.of(below));
    assertThat(hints.size()).isZero();
  }

  @Test
  void aWordOfAnotherOrOfAnotherPlaceIsNotBelievedOfWhoAsks() {
    Member here = TestMembers.at(1, TestMembers.NOW, Multiaddr.of("/ip4/9.9.0.1/tcp/1"));
    ask(TestMembers.peer(2), 0, Optional.of(here));
    assertThat(hints.size()).isZero();
    MembersMessage.Pull pull =
        new MembersMessage.Pull(
            5, 0, MemberNames.NONE, 0, -1, MemberNames.NONE, Optional.of(here), 16_384);
    hints.onRequest(here.peerId(), Multiaddr.of("/ip4/8.8.0.1/tcp/9"), pull, nowNanos);
    drain();
    assertThat(hints.size()).isZero();
    hints.onRequest(here.peerId(), Multiaddr.of("/ip4/9.9.7.7/tcp/9"), pull, nowNanos);
    drain();
    assertThat(hints.size()).isEqualTo(1);
  }

  @Test
  void aWordOfOneWhoseConnectionIsGoingIsNotBelieved() {
    introduce(TestMembers.at(1, TestMembers.NOW, Multiaddr.of("/ip4/9.9.0.1/tcp/1")), null);
    assertThat(hints.size()).isZero();
  }

  @Test
  void whoWasAnsweredIsNeededUntilTheEndAndOfANetworkOne() {
    Multiaddr place = Multiaddr.of("/ip4/9.9.0.1/tcp/1");
    introduce(TestMembers.at(1, TestMembers.NOW, place), place);
    introduce(TestMembers.at(2, TestMembers.NOW, place), Multiaddr.of("/ip4/9.9.7.7/tcp/1"));
    introduce(TestMembers.at(3, TestMembers.NOW, place), Multiaddr.of("/ip4/8.8.0.1/tcp/1"));
    assertThat(hints.needs(TestMembers.peer(1))).isFalse();
    assertThat(hints.needs(TestMembers.peer(2))).isTrue();
    assertThat(hints.needs(TestMembers.peer(3))).isTrue();
    nextPull();
    assertThat(hints.needs(TestMembers.peer(SOURCE))).isTrue();
    hints.close();
    assertThat(hints.needs(TestMembers.peer(2))).isFalse();
    assertThat(hints.needs(TestMembers.peer(SOURCE))).isFalse();
  }

  @Test
  void whoIsRefusedAnAnswerIsNotNeeded() {
    Multiaddr place = Multiaddr.of("/ip4/9.9.0.1/tcp/1");
    MembersMessage.Pull nothing =
        new MembersMessage.Pull(
            5, 0, MemberNames.NONE, 0, -1, MemberNames.NONE, Optional.empty(), 100);
    assertThat(hints.onRequest(TestMembers.peer(1), place, nothing, nowNanos)).isEmpty();
    assertThat(hints.needs(TestMembers.peer(1))).isFalse();
  }

  @Test
  void aDepartureOnlyMakesUsAskAndNotBelieve() {
    tell(TestMembers.members(0, 30), List.of());
    Member accused = TestMembers.member(1);
    outputs.clear();
    tell(List.of(), List.of(TestMembers.leave(2, accused)));
    assertThat(outputs).contains(new Hints.Output.Probe(accused.info()));
    assertThat(hints.find(accused.peerId())).isNotNull();
    assertThat(hints.seeds(Key.of(accused.peerId()), 20)).contains(accused.info());
    assertThat(hints.seeds(Key.of(TestPeers.peer(3)), 30)).doesNotContain(accused.info());
    hints.onHeard(accused.peerId(), false);
    assertThat(hints.seeds(Key.of(TestPeers.peer(3)), 30)).contains(accused.info());
  }

  @Test
  void departuresByStrangersOrForgedOnesCountForNothing() {
    tell(TestMembers.members(0, 5), List.of());
    Member accused = TestMembers.member(1);
    outputs.clear();
    tell(List.of(), List.of(TestMembers.leave(77, accused)));
    tell(List.of(), List.of(TestMembers.leave(1, accused)));
    tell(List.of(), List.of(TestMembers.leave(2, TestMembers.member(1, 5))));
    tell(List.of(), List.of(TestMembers.forgedLeave(2, accused)));
    assertThat(outputs).noneMatch(Hints.Output.Probe.class::isInstance);
  }

  @Test
  void oneObserverIsBelievedOnlyAFewTimes() {
    tell(TestMembers.members(0, 60), List.of());
    List<Departure> all = new ArrayList<>();
    for (int i = 1; i < 60; i++) {
      all.add(TestMembers.leave(0, TestMembers.member(i)));
    }
    tell(List.of(), all);
    assertThat(hints.seeds(Key.of(TestPeers.peer(3)), 60)).hasSize(60 - HintDoubts.OBSERVER_MAX);
  }

  @Test
  void whoIsDoubtedForLongIsForgotten() {
    tell(TestMembers.members(0, 5), List.of());
    tell(List.of(), List.of(TestMembers.leave(2, TestMembers.member(1))));
    advance(HintDoubts.DOUBT_NANOS + 11 * MINUTE);
    assertThat(hints.find(TestMembers.peer(1))).isNull();
    assertThat(hints.find(TestMembers.peer(0))).isNotNull();
  }

  @Test
  void onesOwnDepartureIsAnsweredWithANewWordButNotTooOften() {
    tell(TestMembers.members(0, 5), List.of());
    advance(MINUTE);
    Member own = ask(TestMembers.peer(50), 1, Optional.empty()).joins().get(0);
    for (int i = 0; i < 5; i++) {
      tell(List.of(), List.of(TestMembers.leave(2, own)));
      advance(SECOND);
    }
    assertThat(newsOf(SELF)).isEqualTo(1);
    advance(Hints.REFUTE_NANOS);
    assertThat(newsOf(SELF)).isEqualTo(2);
  }

  /** Who knew us before we began anew does not know our latest word. */
  @Test
  void theDepartureOfWhatWeSaidShortlyBeforeIsAnsweredToo() {
    tell(TestMembers.members(0, 5), List.of());
    advance(MINUTE);
    Member own = ask(TestMembers.peer(50), 1, Optional.empty()).joins().get(0);
    tell(List.of(), List.of(TestMembers.leave(2, TestMembers.member(SELF, own.seq() - 400))));
    advance(Hints.REFUTE_NANOS);
    assertThat(newsOf(SELF)).isEqualTo(1);
    tell(List.of(), List.of(TestMembers.leave(2, TestMembers.member(SELF, own.seq() - 200))));
    advance(SECOND);
    assertThat(newsOf(SELF)).isEqualTo(2);
  }

  /** Or nobody who knows the word before would take it. */
  @Test
  void aNewWordOfOursIsNewsThoughOurClockWentBack() {
    advance(MINUTE);
    Member own = ask(TestMembers.peer(50), 1, Optional.empty()).joins().get(0);
    wallSeconds = -1000;
    tell(List.of(), List.of(TestMembers.leave(2, own)));
    advance(Hints.REFUTE_NANOS);
    assertThat(ask(TestMembers.peer(50), 1, Optional.empty()).joins().get(1).seq())
        .isEqualTo(own.seq() + HintFilter.NEWS_SECONDS);
  }

  @Test
  void whoDoesNotAnswerUsIsForgottenAndOthersAreToldOnce() {
    tell(TestMembers.members(0, 5), List.of());
    hints.onSilent(TestMembers.peer(1), true, nowNanos);
    hints.onSilent(TestMembers.peer(2), true, nowNanos);
    drain();
    assertThat(hints.size()).isEqualTo(3);
    assertThat(ask(TestMembers.peer(50), 1, Optional.empty()).leaves())
        .extracting(Departure::word)
        .containsExactly(TestMembers.member(1).word());
  }

  @Test
  void hintsThatWereInVainAreTriedLess() {
    tell(TestMembers.members(0, 100), List.of());
    Key target = Key.of(TestPeers.peer(3));
    assertThat(hints.seeds(target, 20)).hasSize(20);
    for (int i = 0; i < 40; i++) {
      hints.onSilent(TestMembers.peer(i), false, nowNanos);
      drain();
    }
    assertThat(hints.seeds(target, 20)).hasSize(HintTrust.FEW);
  }

  @Test
  void withoutAnybodyToAskNobodyIsAsked() {
    table.onSilent(TestMembers.peer(SOURCE));
    advance(10 * MINUTE);
    assertThat(outputs).isEmpty();
  }

  @Test
  void amongPeersWithoutHintsOneIsAskedNowAndThen() {
    int pulls = 0;
    for (int second = 0; second < 600; second++) {
      advance(SECOND);
      for (Hints.Output output : outputs) {
        if (output instanceof Hints.Output.Pull pull) {
          pulls++;
          hints.onFailure(pull.peer(), nowNanos);
        }
      }
      outputs.clear();
    }
    assertThat(pulls).isBetween(40, 75);
  }

  /** A greedy peer asks all the time, sources answer with all they may: the budget holds. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theBudgetIsNeverExceeded(long seed) {
    HintsConfig config = HintsConfig.defaults().withBytesPerSecond(100);
    hints = hints(config);
    hints.start(true, 0);
    SplittableRandom random = new SplittableRandom(seed);
    List<Member> all = TestMembers.members(0, 120);
    long sentBytes = 0;
    long receivedBytes = 0;
    for (int i = 0; i < 3000; i++) {
      advance(random.nextLong(5 * SECOND));
      for (Hints.Output output : List.copyOf(outputs)) {
        if (output instanceof Hints.Output.Pull pull) {
          sentBytes += pull.request().encodedBytes() + HintBudget.EXCHANGE_BYTES;
          List<Member> joins = new ArrayList<>();
          int left = pull.request().bytesMax() - 40;
          for (Member member : all) {
            left -= member.encodedBytes();
            if (left >= 0) {
              joins.add(member);
            }
          }
          MembersMessage.Answer answer =
              new MembersMessage.Answer(1, joins, List.of(), List.of(), pull.request().to());
          receivedBytes += answer.encodedBytes() + HintBudget.EXCHANGE_BYTES;
          hints.onAnswer(pull.peer(), TestPeers.AT, answer, nowNanos);
          drain();
        }
      }
      outputs.clear();
      Optional<MembersMessage.Answer> served =
          hints.onRequest(
              TestMembers.peer(random.nextInt(500)),
              null,
              new MembersMessage.Pull(
                  5, 1, MemberNames.NONE, 0, -1, MemberNames.NONE, Optional.empty(), 16_384),
              nowNanos);
      if (served.isPresent()) {
        sentBytes += served.get().encodedBytes() + HintBudget.EXCHANGE_BYTES;
      }
      long mayBytes = config.burstBytes() + 100 * (nowNanos / SECOND + 1);
      assertThat(sentBytes).isLessThanOrEqualTo(mayBytes);
      assertThat(receivedBytes).isLessThanOrEqualTo(mayBytes);
    }
    assertThat(hints.bytesSent()).isEqualTo(sentBytes);
    assertThat(sentBytes).isGreaterThan(config.burstBytes() / 2);
  }

  @Test
  void thoseOfARangeAreToldInPagesUntilAllAreKnown() {
    tell(TestMembers.members(0, 100), List.of());
    List<PeerInfo> told = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < 20; i++) {
      MembersMessage.Pull pull =
          new MembersMessage.Pull(
              5, 0, MemberNames.NONE, from, -1, MemberNames.NONE, Optional.empty(), 2000);
      MembersMessage.Answer answer =
          hints.onRequest(TestMembers.peer(50), null, pull, nowNanos).orElseThrow();
      assertThat(answer.encodedBytes()).isLessThanOrEqualTo(2000);
      answer.members().forEach(member -> told.add(member.info()));
      from = answer.upTo() + 1;
      if (from == 0) {
        break;
      }
    }
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            TestMembers.members(0, 100).stream().map(Member::info).toList());
  }
}
