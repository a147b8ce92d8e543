package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.address;
import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProviderAnswersTest {
  private static final PeerId SELF = peer(5000);
  private static final PeerId FROM = peer(6000);
  private static final Key KEY = Key.of(key("a"));

  private final ProviderAnswers answers = new ProviderAnswers(KEY, 0, 20, 2, false);

  private void answer(int times, List<PeerInfo> providers) {
    for (int i = 0; i < times; i++) {
      answers.add(FROM, providers, IpGroups.NONE, SELF);
    }
  }

  @Test
  void howeverManyNameTheSameItIsNotEnough() {
    answer(20, infos(0, 20));
    assertThat(answers.areEnough()).isFalse();
    assertThat(answers.best()).isEqualTo(infos(0, 20));
  }

  @Test
  void underPlainRulesAsManyAsAskedForAreEnough() {
    ProviderAnswers plain = new ProviderAnswers(KEY, 0, 3, 2, true);
    plain.add(FROM, infos(1, 3), IpGroups.NONE, SELF);
    assertThat(plain.areEnough()).isFalse();
    plain.add(FROM, infos(2, 9), IpGroups.NONE, SELF);
    assertThat(plain.areEnough()).isTrue();
    assertThat(plain.best()).hasSize(3);
  }

  @Test
  void whoIsNamedTwiceInOneAnswerCountsOnce() {
    List<PeerInfo> twice = new ArrayList<>(infos(1, 3));
    twice.addAll(infos(1, 3));
    answer(1, twice);
    assertThat(answers.best()).isEqualTo(infos(1, 3));
  }

  @Test
  void whenNobodyElseKnowsMoreOneAnswerCounts() {
    answer(1, infos(0, 12));
    assertThat(answers.best()).isEqualTo(infos(0, 12));
    answer(1, infos(5, 256));
    assertThat(answers.best()).hasSize(20).doesNotHaveDuplicates().contains(info(5), info(11));
  }

  @Test
  void thisPeerIsNoProviderToItself() {
    answers.add(FROM, infos(1, 4), IpGroups.NONE, peer(2));
    assertThat(answers.best()).containsExactly(info(1), info(3));
  }

  /** Ten of twenty is what lies when half of all peers do. */
  @Test
  void eachOtherPlaceIsLeftToTheFewOfWhomHonestPeersTell() {
    answer(10, infos(1000, 1020));
    answer(10, infos(1, 6));
    assertThat(answers.best().subList(0, 10)).containsAll(infos(1, 6));
    answer(1, infos(1, 6));
    assertThat(answers.best()).startsWith(info(1));
  }

  @Test
  void ofAPopularKeyThatEachKnowsOthersOfLiarsFillAThirdAtMost() {
    answer(6, infos(1000, 1020));
    for (int i = 0; i < 14; i++) {
      answer(1, infos(20 * i, 20 * (i + 1)));
    }
    assertThat(answers.best()).hasSize(20);
    assertThat(answers.best().stream().filter(infos(1000, 1020)::contains)).hasSizeLessThan(7);
  }

  @Test
  void ofOneNetworkTwoAnswersCount() {
    for (int i = 0; i < 40; i++) {
      answers.add(FROM, infos(1000 + 20 * i, 1020 + 20 * i), 2 + i % 4, SELF);
    }
    answer(12, infos(1, 6));
    assertThat(answers.best()).startsWith(info(1)).containsAll(infos(1, 3));
  }

  @Test
  void whoAnswersFromElsewhereComesAfterThoseThatShouldKeepTheKey() {
    long region = -1L >>> 1;
    ProviderAnswers inRegion = new ProviderAnswers(KEY, region, 3, 2, false);
    for (PeerId far : peers(region, false)) {
      inRegion.add(far, infos(1000, 1020), IpGroups.NONE, SELF);
    }
    assertThat(inRegion.best()).isEqualTo(infos(1000, 1003));
    inRegion.add(peers(region, true).get(0), infos(1, 3), IpGroups.NONE, SELF);
    assertThat(inRegion.best()).containsExactly(info(1), info(2), info(1000));
  }

  private static List<PeerId> peers(long region, boolean isNear) {
    return IntStream.range(0, 200)
        .mapToObj(TestPeers::peer)
        .filter(
            peer -> Long.compareUnsigned(KEY.word0() ^ Key.firstWord(peer), region) <= 0 == isNear)
        .limit(20)
        .toList();
  }

  @Test
  void falseAddressesDoNotHideWhereAProviderIs() {
    List<Multiaddr> false32 = IntStream.range(100, 132).mapToObj(TestPeers::address).toList();
    answer(3, List.of(new PeerInfo(peer(1), false32.subList(0, 16))));
    answer(1, List.of(info(1)));
    assertThat(answers.best().get(0).addresses()).contains(address(1));
  }

  @Test
  void howManyAreHeldIsBounded() {
    ProviderAnswers many = new ProviderAnswers(KEY, 0, 10_000, 2, false);
    for (int i = 0; i < 40; i++) {
      many.add(FROM, infos(256 * i, 256 * (i + 1)), IpGroups.NONE, SELF);
    }
    assertThat(many.best()).hasSize(ProviderAnswers.PROVIDERS_MAX);
  }
}
