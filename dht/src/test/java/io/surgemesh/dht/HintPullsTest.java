package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HintPullsTest {
  private static final IpGroups NO_LIMIT = new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true);

  private final HintsConfig config = HintsConfig.defaults().withBytesPerSecond(100);
  private final HintCache cache = new HintCache(NO_LIMIT);
  private final HintNews news = new HintNews();
  private final HintBudget sending = new HintBudget(config);
  private final RoutingTable table = new RoutingTable(TestMembers.peer(0), 20, NO_LIMIT);
  private final SplittableRandom random = new SplittableRandom(1);
  private final HintPulls pulls =
      new HintPulls(
          cache,
          news,
          new HintDoubts(),
          new HintSources(table, random),
          sending,
          new HintBudget(config),
          random);
  private final HintAnswers answers = new HintAnswers(cache, news, sending);

  /** One source, which was asked once, and much news since then. */
  @BeforeEach
  void haveMuchNews() {
    table.onSeen(TestMembers.peer(1), 1, 1, 0);
    answerNothing(ask(0));
    for (Member member : TestMembers.members(2, 802)) {
      news.add(member);
    }
  }

  private MembersMessage.Pull ask(long nowNanos) {
    return Objects.requireNonNull(pulls.ask(null, nowNanos)).request();
  }

  private void answerNothing(MembersMessage.Pull pull) {
    pulls.onAnswer(
        TestMembers.peer(1),
        new MembersMessage.Answer(1, List.of(), List.of(), List.of(), pull.to()),
        0);
  }

  private void leave(int bytes) {
    assertThat(sending.spend(sending.left(0) - bytes - HintBudget.EXCHANGE_BYTES, 0)).isTrue();
    assertThat(sending.left(0)).isEqualTo(bytes);
  }

  @Test
  void allNewsThatAreKnownAreNamedWhereThereIsRoom() {
    assertThat(ask(0).known().size()).isEqualTo(800);
  }

  @Test
  void withLittleLeftOnlyTheLatestNewsAreNamed() {
    leave(1000);
    MembersMessage.Pull pull = ask(0);
    assertThat(pull.known().size()).isBetween(200, 250);
    assertThat(pull.known().contains(TestMembers.member(801).name(pull.salt()))).isTrue();
    assertThat(pull.known().contains(TestMembers.member(2).name(pull.salt()))).isFalse();
    assertThat(pull.encodedBytes()).isBetween(980, 1000);
  }

  @Test
  void withNothingLeftNobodyIsAsked() {
    leave(10);
    assertThat(pulls.ask(null, 0)).isNull();
  }

  @Test
  void whoAsksWithoutEndLeavesAPartToOurOwnRequests() {
    MembersMessage.Pull greedy =
        new MembersMessage.Pull(
            5, 1, MemberNames.NONE, 0, -1, MemberNames.NONE, Optional.empty(), 16_384);
    int answered = 0;
    while (answers.answer(greedy, 0).isPresent()) {
      answered++;
    }
    assertThat(answered).isGreaterThan(10);
    assertThat(sending.left(0))
        .isGreaterThan(config.burstBytes() / HintBudget.RESERVED_PART)
        .isLessThan(config.burstBytes() / HintBudget.RESERVED_PART + 4096);
    MembersMessage.Pull pull = ask(0);
    assertThat(pull.known().size()).isEqualTo(800);
  }
}
