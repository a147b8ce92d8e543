package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.peer;
import static io.surgemesh.dht.TestValues.key;
import static io.surgemesh.dht.TestValues.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ValueAnswersTest {
  private static final Bytes KEY = key("a");
  private static final Validators VALIDATORS =
      new Validators(TestValues.CONFIG, () -> Instant.EPOCH);

  private final ValueAnswers answers = new ValueAnswers(KEY, 3, VALIDATORS);

  private boolean answered(int number, Bytes value) {
    return answers.add(peer(number), Optional.of(ValueRecord.of(KEY, value)));
  }

  private List<PeerInfo> toCorrect(int peers) {
    return answers.toCorrect(infos(0, peers), 20);
  }

  @Test
  void theBestCountsWhicheverComesFirst() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ValueAnswers some = new ValueAnswers(KEY, 100, VALIDATORS);
      int best = 0;
      for (int i = 0; i < 20; i++) {
        int version = random.nextInt(10);
        best = Math.max(best, version);
        some.add(peer(i), Optional.of(ValueRecord.of(KEY, value(version))));
      }
      assertThat(some.best()).as("seed %d", seed).contains(value(best));
    }
  }

  @Test
  void whoeverHoldsOneAsGoodIsNotSentAnother() {
    assertThat(answered(1, value(1, 8))).isTrue();
    assertThat(answered(2, value(1, 9))).isTrue();
    assertThat(answered(3, value(0))).isTrue();
    assertThat(answers.best()).contains(value(1, 8));
    assertThat(toCorrect(4)).containsExactly(TestPeers.info(3));
  }

  @Test
  void onlyValidValuesCountTowardsTheQuorum() {
    assertThat(answers.add(peer(1), Optional.empty())).isTrue();
    assertThat(answered(2, TestValues.INVALID)).isTrue();
    assertThat(answered(3, value(1))).isTrue();
    assertThat(answered(4, value(2))).isTrue();
    assertThat(answers.hasQuorum()).isFalse();
    assertThat(answered(5, value(1))).isTrue();
    assertThat(answers.hasQuorum()).isTrue();
    assertThat(answers.best()).contains(value(2));
  }

  @Test
  void aRecordOfAnotherKeyIsNoAnswer() {
    ValueRecord another = ValueRecord.of(key("b"), value(9));
    assertThat(answers.add(peer(1), Optional.of(another))).isFalse();
    assertThat(answers.best()).isEmpty();
  }

  @Test
  void whoeverHoldsAWorseValueOrNoneIsCorrectedAfterAWholeSearch() {
    answered(0, value(1));
    answered(2, value(2));
    answers.add(peer(1), Optional.empty());
    assertThat(toCorrect(4)).isEqualTo(List.of(info(0), info(1), info(3)));
  }

  @Test
  void afterASearchThatEndedEarlyOnlyWhoeverHoldsAWorseValueIs() {
    answered(0, value(1));
    answered(1, value(2));
    answered(2, value(1));
    assertThat(toCorrect(5)).containsExactly(info(0), info(2));
  }

  @Test
  void noMoreAreCorrectedThanShouldHoldIt() {
    answered(0, value(1));
    assertThat(answers.toCorrect(infos(0, 80), 20)).isEqualTo(infos(1, 20));
  }

  private static PeerInfo info(int number) {
    return TestPeers.info(number);
  }
}
