package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Parts of one mesh that began apart. */
final class ReunionTest {
  private static final PeerId SELF = peer(0);
  private static final Key OWN = Key.of(SELF);
  private static final int K = 20;

  private final RoutingTable table = new RoutingTable(SELF, K, new IpGroups(2, false));
  private final SizeEstimate size = new SizeEstimate(K);
  private final Reunion reunion = new Reunion(SELF, K, table, size);

  /** Lets this peer know a part of 400 peers, and how large it is. */
  private void know() {
    infos(1, 400).forEach(info -> table.onSeen(info.peerId(), IpGroups.NONE, 1, 1));
    for (int i = 0; i < 8; i++) {
      Key target = Key.of(TestPeers.key("target " + i));
      size.onSearched(target, nearest(target, infos(1, 400)));
    }
  }

  private static List<PeerInfo> nearest(Key target, List<PeerInfo> peers) {
    return peers.stream()
        .sorted(Comparator.comparing(info -> target.distanceTo(Key.of(info.peerId()))))
        .limit(K)
        .toList();
  }

  @Test
  void neighboursOfAnotherPartAreNoticedAndThoseOfTheOwnAreNot() {
    know();
    assertThat(reunion.onNamed(nearest(OWN, infos(1, 400)), 1)).isEmpty();
    assertThat(reunion.onNamed(nearest(OWN, infos(400, 800)), 1)).hasSizeGreaterThan(K / 2 - 1);
  }

  @Test
  void aFewNewNeighboursAreNoOtherPart() {
    know();
    List<PeerInfo> named = new ArrayList<>(nearest(OWN, infos(1, 400)).subList(0, 14));
    named.addAll(nearest(OWN, infos(400, 800)).subList(0, 6));
    assertThat(reunion.onNamed(named, 1)).isEmpty();
  }

  @Test
  void farPeersThatAreUnknownAreNoOtherPart() {
    know();
    List<PeerInfo> far =
        infos(400, 800).stream()
            .filter(info -> OWN.commonPrefixBits(Key.of(info.peerId())) == 0)
            .limit(K)
            .toList();
    assertThat(reunion.onNamed(far, 1)).isEmpty();
  }

  @Test
  void aPeerThatKnowsHardlyAnybodyNoticesAnyOther() {
    table.onSeen(peer(1), IpGroups.NONE, 1, 1);
    assertThat(reunion.onNamed(infos(1, 3), 1)).containsExactly(TestPeers.info(2));
    assertThat(reunion.onNamed(infos(0, 2), 1)).isEmpty();
  }

  /** Counts the searches that made-up neighbours cause in a time, one of them named each minute. */
  private int searches(long fromNanos, long toNanos) {
    int searches = 0;
    for (long now = fromNanos; now < toNanos; now += TestPeers.MINUTE / 2) {
      int number = 20 * (int) (now / TestPeers.SECOND);
      if (!reunion.onNamed(infos(number + 1, number + 20), now).isEmpty()) {
        searches++;
        reunion.onSearched();
      }
    }
    return searches;
  }

  @Test
  void madeUpPartsCauseEverFewerSearches() {
    assertThat(searches(0, Reunion.PERIOD_NANOS)).isBetween(1, Reunion.SEARCHES_MAX);
    assertThat(searches(Reunion.PERIOD_NANOS, 20 * Reunion.PERIOD_NANOS)).isLessThan(10);
    long late = 200 * Reunion.PERIOD_NANOS;
    assertThat(searches(late, late + Reunion.PERIODS_MAX * Reunion.PERIOD_NANOS))
        .isLessThanOrEqualTo(2);
  }

  @Test
  void aPartThatWasFoundMakesTheNextOneAsEasyToFind() {
    searches(0, 30 * Reunion.PERIOD_NANOS);
    long late = 200 * Reunion.PERIOD_NANOS;
    List<PeerInfo> named = reunion.onNamed(infos(1, 20), late);
    named.forEach(info -> table.onSeen(info.peerId(), IpGroups.NONE, 1, late));
    reunion.onSearched();
    long later = late + Reunion.PERIODS_MAX * Reunion.PERIOD_NANOS;
    assertThat(reunion.onNamed(infos(50_000, 50_020), later)).isNotEmpty();
    assertThat(reunion.onNamed(infos(60_000, 60_020), later)).as("one at a time").isEmpty();
    reunion.onSearched();
    assertThat(reunion.onNamed(infos(70_000, 70_020), later + 1)).isNotEmpty();
  }

  @Test
  void strangersAreProbedNowAndThen() {
    assertThat(reunion.wantsStranger(1)).isTrue();
    assertThat(reunion.wantsStranger(2)).isFalse();
    assertThat(reunion.wantsStranger(1 + Reunion.STRANGER_NANOS)).isTrue();
  }

  @Test
  void partsBecomeOneMeshOnceTwoPeersHaveMet() {
    DhtMesh mesh = DhtMesh.joined(8, 80);
    mesh.join(List.of());
    for (int i = 81; i < 160; i++) {
      mesh.runFor(Duration.ofMillis(50));
      mesh.join(List.of(mesh.host(80).dialAddress()));
    }
    mesh.runFor(Duration.ofMinutes(1));
    assertThat(reunited(mesh)).isZero();

    var unused = mesh.host(3).connect(mesh.host(90).dialAddress());
    mesh.runFor(Duration.ofMinutes(2));
    assertThat(reunited(mesh)).as("before any table is refreshed").isGreaterThan(30);
    mesh.runFor(Duration.ofMinutes(10));
    assertThat(reunited(mesh)).as("once each table has been refreshed").isEqualTo(160);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      int one = random.nextInt(80);
      int other = 80 + random.nextInt(80);
      assertThat(i % 2 == 0 ? mesh.find(one, other) : mesh.find(other, one)).isPresent();
    }
  }

  /** Returns how many peers have ten or more of the other part in their table. */
  private static int reunited(DhtMesh mesh) {
    int reunited = 0;
    for (int i = 0; i < 160; i++) {
      RoutingTable table = mesh.peer(i).driver().table();
      int ofOther = 0;
      for (int j = 0; j < 160; j++) {
        ofOther += i / 80 != j / 80 && table.contains(mesh.peerId(j)) ? 1 : 0;
      }
      reunited += ofOther >= 10 ? 1 : 0;
    }
    return reunited;
  }
}
