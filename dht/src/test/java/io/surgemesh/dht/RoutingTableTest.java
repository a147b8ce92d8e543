package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RoutingTableTest {
  private static final int K = 20;
  private static final PeerId SELF = peer(0);

  @Test
  void thisPeerItselfNeverEnters() {
    RoutingTable table = new RoutingTable(SELF, K);
    table.onSeen(SELF, 0);
    assertThat(table.size()).isZero();
    assertThat(table.firstUnfilledIndex()).isZero();
  }

  @Test
  void newcomersNeverPutOutLivePeers() {
    RoutingTable table = new RoutingTable(SELF, K);
    List<PeerId> far = inBucket(0, 3 * K);
    far.forEach(peer -> table.onSeen(peer, 0));
    assertThat(table.size()).isEqualTo(K);
    assertThat(far.subList(0, K)).allMatch(table::contains);
  }

  @Test
  void theLatestReplacementTakesThePlaceOfASilentPeer() {
    RoutingTable table = new RoutingTable(SELF, K);
    List<PeerId> far = inBucket(0, K + 3);
    far.forEach(peer -> table.onSeen(peer, 0));
    table.onSilent(far.get(4));
    assertThat(table.contains(far.get(4))).isFalse();
    assertThat(table.contains(far.get(K + 2))).isTrue();
    assertThat(table.contains(far.get(K))).isFalse();
    assertThat(table.size()).isEqualTo(K);
  }

  @Test
  void aSilentReplacementIsForgotten() {
    KBucket bucket = new KBucket(1);
    bucket.onSeen(Contact.of(peer(1)), 0);
    bucket.onSeen(Contact.of(peer(2)), 0);
    bucket.onSilent(peer(2));
    bucket.onSilent(peer(1));
    assertThat(bucket.size()).isZero();
  }

  @Test
  void thePeersUnseenLongestComeFirst() {
    RoutingTable table = new RoutingTable(SELF, K);
    for (int i = 1; i <= 10; i++) {
      table.onSeen(peer(i), i);
    }
    table.onSeen(peer(1), 50);
    assertThat(table.unseenSince(8, 3)).containsExactly(peer(2), peer(3), peer(4));
  }

  @Test
  void nearestIsTheNearestOfAllWhateverTheTable() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      RoutingTable table = new RoutingTable(SELF, K);
      Set<PeerId> candidates = new LinkedHashSet<>();
      for (int i = random.nextInt(400); i > 0; i--) {
        PeerId peer = peer(random.nextInt(1000));
        candidates.add(peer);
        if (random.nextInt(5) == 0) {
          table.onSilent(peer);
        } else {
          table.onSeen(peer, i);
        }
        assertThat(table.size()).isLessThanOrEqualTo(candidates.size());
      }
      List<PeerId> live = candidates.stream().filter(table::contains).toList();
      assertThat(live).as("seed %d", seed).hasSize(table.size());
      Key target = random.nextBoolean() ? Key.of(peer(random.nextInt(2000))) : Key.of(SELF);
      List<PeerId> expected = TestPeers.sorted(live, target);
      assertThat(table.nearest(target, K).stream().map(Contact::peer).toList())
          .as("seed %d", seed)
          .isEqualTo(expected.subList(0, Math.min(K, expected.size())));
    }
  }

  @Test
  void aBucketHoldsAtMostKLiveAndKReplacementsAtEachStep() {
    SplittableRandom random = new SplittableRandom(3);
    KBucket bucket = new KBucket(4);
    for (int i = 0; i < 5000; i++) {
      PeerId peer = peer(random.nextInt(30));
      boolean wasLive = bucket.contains(peer);
      int sizeBefore = bucket.size();
      if (random.nextInt(3) == 0) {
        bucket.onSilent(peer);
        assertThat(bucket.contains(peer)).isFalse();
      } else {
        bucket.onSeen(Contact.of(peer), i);
        assertThat(bucket.contains(peer)).isEqualTo(wasLive || sizeBefore < 4);
      }
      assertThat(bucket.size()).isLessThanOrEqualTo(4);
      assertThat(bucket.replacementCount()).isLessThanOrEqualTo(4);
      List<Contact> live = new ArrayList<>();
      bucket.addTo(live);
      assertThat(live).hasSize(bucket.size()).doesNotHaveDuplicates();
    }
  }

  private static List<PeerId> inBucket(int index, int count) {
    RoutingTable table = new RoutingTable(SELF, K);
    return IntStream.iterate(1, i -> i + 1)
        .mapToObj(TestPeers::peer)
        .filter(peer -> table.indexOf(Key.of(peer)) == index)
        .limit(count)
        .toList();
  }
}
