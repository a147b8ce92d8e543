package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HintCacheTest {
  private static final IpGroups GROUPS = new IpGroups(2, true);
  private static final IpGroups NO_LIMIT = new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true);

  @Test
  void theNearestAreThoseByTheDefinition() {
    HintCache cache = new HintCache(NO_LIMIT);
    List<PeerId> all = new ArrayList<>();
    for (Member member : TestMembers.members(0, 400)) {
      assertThat(cache.add(member)).isTrue();
      all.add(member.peerId());
    }
    for (int i = 0; i < 50; i++) {
      Key target = Key.of(TestPeers.peer(i));
      assertThat(cache.nearest(target, 20))
          .extracting(Member::peerId)
          .isEqualTo(TestPeers.sorted(all, target).subList(0, 20));
    }
    assertThat(cache.nearest(Key.of(TestPeers.peer(1)), 500)).hasSize(400);
  }

  @Test
  void whatWasSaidBeforeDoesNotReplaceWhatWasSaidLater() {
    HintCache cache = new HintCache(NO_LIMIT);
    Member later = TestMembers.member(1, 20);
    assertThat(cache.add(TestMembers.member(1, 10))).isTrue();
    assertThat(cache.add(later)).isTrue();
    assertThat(cache.add(TestMembers.member(1, 10))).isFalse();
    assertThat(cache.add(TestMembers.member(1, 20))).isFalse();
    assertThat(cache.find(later.peerId())).isSameAs(later);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void whoeverIsBehindANameAloneIsOfOneGroup() {
    HintCache cache = new HintCache(GROUPS);
    for (int i = 0; i < 100; i++) {
      cache.add(TestMembers.at(i, 1, Multiaddr.of("/dns4/host" + i + ".example/tcp/1")));
    }
    assertThat(cache.size()).isEqualTo(HintCache.GROUP_MIN);
    Member alsoElsewhere =
        TestMembers.at(
            200, 1, Multiaddr.of("/dns4/a.example/tcp/1"), Multiaddr.of("/ip4/9.9.1.9/tcp/1"));
    assertThat(cache.add(alsoElsewhere)).isTrue();
    cache.remove(TestMembers.member(0).word());
    assertThat(cache.add(TestMembers.at(0, 2, Multiaddr.of("/dns4/b.example/tcp/1")))).isTrue();
    assertThat(cache.size()).isEqualTo(HintCache.GROUP_MIN + 1);
  }

  @Test
  void aGroupHasOnlyItsShare() {
    HintCache cache = new HintCache(GROUPS);
    int group = GROUPS.of(Multiaddr.of("/ip4/9.9.0.1/tcp/1"));
    for (int i = 0; i < 100; i++) {
      cache.add(TestMembers.at(i, 1, Multiaddr.of("/ip4/9.9.0." + i + "/tcp/1")));
    }
    assertThat(cache.size()).isEqualTo(HintCache.GROUP_MIN);
    assertThat(cache.countOf(group)).isEqualTo(HintCache.GROUP_MIN);
    cache.remove(TestMembers.member(0).word());
    assertThat(cache.countOf(group)).isEqualTo(HintCache.GROUP_MIN - 1);
    assertThat(cache.add(TestMembers.at(99, 1, Multiaddr.of("/ip4/9.9.1.9/tcp/1")))).isTrue();
  }

  @Test
  void whoMovesToACrowdedGroupIsForgotten() {
    HintCache cache = new HintCache(GROUPS);
    for (int i = 0; i < HintCache.GROUP_MIN; i++) {
      cache.add(TestMembers.at(i, 1, Multiaddr.of("/ip4/9.9.0." + i + "/tcp/1")));
    }
    cache.add(TestMembers.at(50, 1, Multiaddr.of("/ip4/8.8.0.1/tcp/1")));
    assertThat(cache.add(TestMembers.at(50, 2, Multiaddr.of("/ip4/9.9.0.50/tcp/1")))).isFalse();
    assertThat(cache.size()).isEqualTo(HintCache.GROUP_MIN);
  }

  @Test
  void aCrowdInOnePartOfTheKeySpaceIsBounded() {
    HintCache cache = new HintCache(NO_LIMIT);
    int crowd = 0;
    for (int i = 0; crowd < HintCache.SHARD_MAX + 10; i++) {
      if (Key.firstWord(TestMembers.peer(i)) >>> 58 == 0) {
        crowd++;
        cache.add(TestMembers.member(i));
      }
    }
    assertThat(cache.size()).isEqualTo(HintCache.SHARD_MAX);
  }

  /** Against a sorted map, with few peers in few groups so that all bounds are met. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itHoldsWhatAMapHoldsAndKeepsItsBounds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    HintCache cache = new HintCache(GROUPS);
    Map<Long, Member> model = new TreeMap<>(Long::compareUnsigned);
    for (int i = 0; i < 3000; i++) {
      int number = random.nextInt(300);
      Multiaddr address = Multiaddr.of("/ip4/9." + random.nextInt(6) + ".0.1/tcp/1");
      Member member = TestMembers.at(number, random.nextInt(1, 50), address);
      if (random.nextInt(4) == 0) {
        assertThat(cache.remove(member.word())).isSameAs(model.remove(member.word()));
      } else if (cache.add(member)) {
        model.put(member.word(), member);
      } else if (cache.find(member.word()) == null) {
        model.remove(member.word());
      }
      assertThat(cache.size()).isEqualTo(model.size());
      assertThat(cache.countOf(GROUPS.of(address))).isLessThanOrEqualTo(HintCache.GROUP_MIN);
    }
    List<Member> walked = new ArrayList<>();
    HintCache.Walk walk = cache.walk(0, -1);
    for (Member member = walk.next(); member != null; member = walk.next()) {
      walked.add(member);
    }
    assertThat(walked).containsExactlyElementsOf(model.values());
  }
}
