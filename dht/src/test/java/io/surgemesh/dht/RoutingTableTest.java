package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RoutingTableTest {
  private static final int K = 20;
  private static final int BUCKET_MAX = RoutingTable.BUCKET_FACTOR * K;
  private static final PeerId SELF = peer(0);

  @Test
  void thisPeerItselfNeverEnters() {
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    table.onSeen(SELF, IpGroups.NONE, 0, 0);
    assertThat(table.size()).isZero();
    assertThat(table.firstUnfilledIndex()).isZero();
  }

  @Test
  void newcomersNeverPutOutLivePeers() {
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    List<PeerId> far = inBucket(3, 2 * BUCKET_MAX);
    far.forEach(peer -> table.onSeen(peer, IpGroups.NONE, 0, 0));
    assertThat(table.size()).isEqualTo(BUCKET_MAX);
    assertThat(far.subList(0, BUCKET_MAX)).allMatch(table::contains);
  }

  @Test
  void ofOneIpGroupFewPeersEnterABucketAndATableHoweverManyCome() {
    IpGroups groups = new IpGroups(2, true);
    RoutingTable table = new RoutingTable(SELF, K, groups);
    int own = groups.of(Multiaddr.of("/ip4/203.0.113.9/tcp/1"));
    for (int i = 1; i <= 5000; i++) {
      table.onSeen(peer(i), own, 0, i);
      assertThat(table.countOf(own)).isLessThanOrEqualTo(3);
    }
    assertThat(table.size()).isEqualTo(3);
  }

  @Test
  void whereGroupsAreNotLimitedATableFillsWithPeersOfOne() {
    RoutingTable table =
        new RoutingTable(SELF, K, new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true));
    for (int i = 1; i <= 1000; i++) {
      table.onSeen(peer(i), 7, 0, i);
    }
    assertThat(table.size()).isEqualTo(table.countOf(7)).isGreaterThan(200);
  }

  @Test
  void tenThousandIdentitiesOfThreeGroupsGetLittleOfATable() {
    SplittableRandom random = new SplittableRandom(5);
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, true));
    for (int i = 1; i <= 11_000; i++) {
      boolean honest = i % 11 == 0;
      int group = honest ? 100 + random.nextInt(500) : 1 + random.nextInt(3);
      table.onSeen(peer(i), group, 0, i);
      if (random.nextInt(20) == 0) {
        table.onSilent(peer(1 + random.nextInt(i)));
      }
    }
    int taken = table.countOf(1) + table.countOf(2) + table.countOf(3);
    assertThat(table.size()).isGreaterThan(200);
    assertThat(taken).isLessThanOrEqualTo(table.size() * 15 / 100);
  }

  @Test
  void theLatestReplacementTakesThePlaceOfASilentPeer() {
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    List<PeerId> far = inBucket(3, BUCKET_MAX + 3);
    far.forEach(peer -> table.onSeen(peer, IpGroups.NONE, 0, 0));
    table.onSilent(far.get(4));
    assertThat(table.contains(far.get(4))).isFalse();
    assertThat(table.contains(far.get(BUCKET_MAX + 2))).isTrue();
    assertThat(table.contains(far.get(BUCKET_MAX))).isFalse();
    assertThat(table.size()).isEqualTo(BUCKET_MAX);
  }

  @Test
  void aSilentReplacementIsForgotten() {
    KBucket bucket = new KBucket(1, 1);
    bucket.onSeen(peer(1), IpGroups.NONE, group -> true, 0, 0);
    bucket.onSeen(peer(2), IpGroups.NONE, group -> true, 0, 0);
    bucket.onSilent(peer(2), group -> true);
    bucket.onSilent(peer(1), group -> true);
    assertThat(bucket.size()).isZero();
  }

  @Test
  void whoWaitsAndComesInByAnotherGroupWaitsNoMore() {
    KBucket bucket = new KBucket(2, 1);
    bucket.onSeen(peer(1), 1, group -> true, 0, 0);
    bucket.onSeen(peer(2), 2, group -> true, 0, 0);
    bucket.onSeen(peer(3), 1, group -> true, 0, 0);
    bucket.onSilent(peer(2), group -> true);
    assertThat(bucket.contains(peer(3))).as("of its group there is one").isFalse();
    bucket.onSeen(peer(3), 3, group -> true, 0, 0);
    assertThat(bucket.contains(peer(3))).isTrue();
    bucket.onSilent(peer(1), group -> true);
    assertThat(bucket.size()).as("it does not come in twice").isEqualTo(1);
    bucket.onSilent(peer(3), group -> true);
    assertThat(bucket.contains(peer(3))).isFalse();
    assertThat(bucket.size()).isZero();
  }

  @Test
  void whatIsKnownOfWhoWaitsStaysKnownWhenItComesIn() {
    KBucket bucket = new KBucket(1, 1);
    bucket.onSeen(peer(1), IpGroups.NONE, group -> true, 0, 0);
    bucket.onSeen(peer(2), 7, group -> true, 1_000_000, MINUTE);
    bucket.onSilent(peer(1), group -> false);
    bucket.onSeen(peer(2), 7, group -> true, 0, 3 * MINUTE);
    assertThat(RoundTrips.smoothedNanos(bucket.roundTrips(peer(2)))).isEqualTo(1_000_000);
    Doubt doubt = bucket.likeliestGone(null, 0, Set.of(), 5 * MINUTE);
    assertThat(doubt).isEqualTo(new Doubt(peer(2), 0.5, 3 * MINUTE));
  }

  @Test
  void whoWasThereForAShortTimeIsLikelierToBeGone() {
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    for (int old = 1; old <= 3; old++) {
      table.onSeen(peer(old), IpGroups.NONE, 0, 0);
      table.onSeen(peer(old), IpGroups.NONE, 0, 60 * MINUTE + old * SECOND);
    }
    table.onSeen(peer(4), IpGroups.NONE, 0, 70 * MINUTE);
    table.onSeen(peer(5), IpGroups.NONE, 0, 75 * MINUTE);
    table.onSeen(peer(5), IpGroups.NONE, 0, 78 * MINUTE);
    List<PeerId> order = new ArrayList<>();
    Doubt doubt = table.likeliestGone(5 * MINUTE, Set.of(), 80 * MINUTE);
    while (doubt != null) {
      order.add(doubt.peer());
      doubt = table.likeliestGone(5 * MINUTE, Set.copyOf(order), 80 * MINUTE);
    }
    // The fifth was seen two minutes ago.
    assertThat(order).containsExactly(peer(4), peer(1), peer(2), peer(3));
  }

  @Test
  void scoutsAreTheNearestThatAnswerSoonBeyondTheKNearest() {
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    for (int i = 1; i <= 60; i++) {
      // Each third answers soon, each third late, and of the others nobody knows.
      table.onSeen(peer(i), IpGroups.NONE, i % 3 * 1_000_000L, 0);
    }
    Key target = Key.of(peer(99));
    List<PeerId> soon =
        table.nearest(target, 60).stream()
            .skip(K)
            .filter(peer -> table.roundTrips(peer) != RoundTrips.UNKNOWN)
            .filter(peer -> RoundTrips.smoothedNanos(table.roundTrips(peer)) <= 1_000_000)
            .toList();
    assertThat(soon).hasSizeGreaterThan(4);
    assertThat(table.scouts(target, 1_000_000, 4))
        .isEqualTo(soon.stream().limit(4).map(peer -> new PeerInfo(peer, List.of())).toList());
  }

  @Test
  void theChanceOfBeingGoneIsSilenceByLifeTime() {
    SeenPeers peers = new SeenPeers(2);
    peers.add(peer(1), 90 * MINUTE, 0, RoundTrips.UNKNOWN, IpGroups.NONE);
    assertThat(peers.goneChance(0, 120 * MINUTE)).isEqualTo(0.25);
    assertThat(peers.goneChance(0, 90 * MINUTE)).isZero();
    assertThat(peers.goneChance(0, 80 * MINUTE)).isZero();
  }

  @Test
  void nearestIsTheNearestOfAllWhateverTheTable() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
      Set<PeerId> candidates = new LinkedHashSet<>();
      for (int i = random.nextInt(400); i > 0; i--) {
        PeerId peer = peer(random.nextInt(1000));
        candidates.add(peer);
        if (random.nextInt(5) == 0) {
          table.onSilent(peer);
        } else {
          table.onSeen(peer, IpGroups.NONE, 0, i * SECOND);
        }
        assertThat(table.size()).isLessThanOrEqualTo(candidates.size());
      }
      List<PeerId> live = candidates.stream().filter(table::contains).toList();
      assertThat(live).as("seed %d", seed).hasSize(table.size());
      Key target = random.nextBoolean() ? Key.of(peer(random.nextInt(2000))) : Key.of(SELF);
      List<PeerId> expected = new ArrayList<>(TestPeers.sorted(live, target));
      int count = 1 + random.nextInt(2 * K);
      assertThat(table.nearest(target, count))
          .as("seed %d", seed)
          .isEqualTo(expected.subList(0, Math.min(count, expected.size())));
      PeerId except = peer(random.nextInt(1000));
      expected.remove(except);
      assertThat(table.nearest(target, except, count))
          .as("seed %d", seed)
          .isEqualTo(expected.subList(0, Math.min(count, expected.size())));
    }
  }

  @Test
  void aPeerThatWaitedIsDoubtedByWhenItWasSeen() {
    KBucket bucket = new KBucket(2, 2);
    bucket.onSeen(peer(1), IpGroups.NONE, group -> true, 0, 0);
    bucket.onSeen(peer(2), IpGroups.NONE, group -> true, 0, 0);
    bucket.onSeen(peer(3), IpGroups.NONE, group -> true, 0, MINUTE);
    bucket.onSeen(peer(1), IpGroups.NONE, group -> true, 0, 60 * MINUTE);
    bucket.onSilent(peer(2), group -> true);
    assertThat(bucket.likeliestGone(null, 5 * MINUTE, Set.of(), 61 * MINUTE))
        .isEqualTo(new Doubt(peer(3), 1, MINUTE));
  }

  /** When a peer was seen first and last, in a plain list. */
  private record Times(long first, long last) {
    Doubt doubt(PeerId peer, long now) {
      double silent = now - last;
      return new Doubt(peer, silent == 0 ? 0 : silent / (now - first), last);
    }
  }

  /** The model of a bucket: two plain lists, least recently seen first. */
  private record Lists(int k, Map<PeerId, Times> live, Map<PeerId, Times> waiting) {
    void onSeen(PeerId peer, long now) {
      Map<PeerId, Times> list = live.containsKey(peer) || live.size() < k ? live : waiting;
      Times known = list.remove(peer);
      list.put(peer, new Times(known == null ? now : known.first, now));
      if (list.size() > k) {
        list.remove(list.keySet().iterator().next());
      }
    }

    void onSilent(PeerId peer) {
      waiting.remove(peer);
      if (live.remove(peer) != null && !waiting.isEmpty()) {
        PeerId latest = List.copyOf(waiting.keySet()).get(waiting.size() - 1);
        live.put(latest, waiting.remove(latest));
      }
    }

    @Nullable Doubt likeliestGone(long silent, long now) {
      Doubt worst = null;
      for (Map.Entry<PeerId, Times> entry : live.entrySet()) {
        Doubt doubt = entry.getValue().doubt(entry.getKey(), now);
        boolean counts = now - entry.getValue().last >= silent;
        worst = counts && (worst == null || doubt.isGraverThan(worst)) ? doubt : worst;
      }
      return worst;
    }
  }

  @Test
  void aBucketAgreesWithTwoPlainListsAtEachStep() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int k = 1 + random.nextInt(6);
      KBucket bucket = new KBucket(k, k);
      Lists lists = new Lists(k, new LinkedHashMap<>(), new LinkedHashMap<>());
      for (long now = 0; now < 300 * SECOND; now += SECOND) {
        PeerId peer = peer(random.nextInt(15));
        if (random.nextInt(3) == 0) {
          bucket.onSilent(peer, group -> true);
          lists.onSilent(peer);
        } else {
          bucket.onSeen(peer, IpGroups.NONE, group -> true, 0, now);
          lists.onSeen(peer, now);
        }
        List<PeerId> live = new ArrayList<>();
        bucket.addNearest(Key.of(SELF), null, live, 2 * k);
        assertThat(live)
            .as("seed %d, step %d", seed, now)
            .isEqualTo(TestPeers.sorted(List.copyOf(lists.live.keySet()), Key.of(SELF)))
            .hasSize(bucket.size());
        long silent = random.nextLong(20) * SECOND;
        assertThat(bucket.likeliestGone(null, silent, Set.of(), now))
            .as("seed %d, step %d", seed, now)
            .isEqualTo(lists.likeliestGone(silent, now));
      }
    }
  }

  @Test
  void peersWhoseKeysBeginAlikeAreToldApart() {
    PeerId[] twins = twins();
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    table.onSeen(twins[0], IpGroups.NONE, 0, 1);
    assertThat(table.contains(twins[1])).isFalse();
    table.onSeen(twins[1], IpGroups.NONE, 0, 2);
    for (PeerId twin : twins) {
      Key target = Key.of(twin);
      assertThat(table.nearest(target, K)).isEqualTo(TestPeers.sorted(List.of(twins), target));
      assertThat(table.nearest(target, 1)).containsExactly(twin);
      assertThat(table.nearest(target, twin, K)).doesNotContain(twin).hasSize(1);
    }
    table.onSilent(twins[0]);
    assertThat(table.nearest(Key.of(SELF), K)).containsExactly(twins[1]);
  }

  /** Returns two peers whose keys share at least 32 bits, as two of some 80,000 do. */
  private static PeerId[] twins() {
    Map<Long, PeerId> byHead = new LinkedHashMap<>();
    for (int i = 1; ; i++) {
      PeerId peer = peer(i);
      PeerId other = byHead.put(Key.of(peer).word0() >>> 32, peer);
      if (other != null) {
        return new PeerId[] {other, peer};
      }
    }
  }

  private static List<PeerId> inBucket(int index, int count) {
    RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
    return IntStream.iterate(1, i -> i + 1)
        .mapToObj(TestPeers::peer)
        .filter(peer -> table.indexOf(Key.of(peer)) == index)
        .limit(count)
        .toList();
  }
}
