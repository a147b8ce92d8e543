package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WalkTest {
  private static final int K = 5;
  private static final List<Bytes> KEYS =
      IntStream.range(0, 8).mapToObj(i -> key("key " + i)).toList();

  private static List<PeerInfo> sorted(List<PeerInfo> peers, Bytes key) {
    List<PeerInfo> nearest = new ArrayList<>(peers);
    nearest.sort(Comparator.comparing(p -> Key.of(key).distanceTo(Key.of(p.peerId()))));
    return nearest;
  }

  @Test
  void eachPeerIsAskedForTheKeyNearestToItUnlessAnotherQuarterIsNeglected() {
    List<Bytes> many = IntStream.range(0, 40).mapToObj(i -> key("key " + i)).toList();
    Walk walk = new Walk(many, 0, 0);
    int[] asked = new int[4];
    int nearest = 0;
    for (PeerInfo peer : infos(0, 400)) {
      KadMessage request = walk.requestFor(peer.peerId());
      asked[(int) (request.target().word0() >>> 62)]++;
      nearest += request.key().equals(sorted(many, peer).get(0)) ? 1 : 0;
    }
    assertThat(nearest).isGreaterThan(380);
    assertThat(asked).doesNotContain(0);
  }

  @Test
  void thePeersOfOnePartAreAskedForTheOthersToo() {
    List<Bytes> many = IntStream.range(0, 40).mapToObj(i -> key("key " + i)).toList();
    Walk walk = new Walk(many, 0, 0);
    int[] asked = new int[4];
    for (PeerInfo peer : infos(0, 400)) {
      if (Key.of(peer.peerId()).word0() >= 0 && Key.of(peer.peerId()).word0() << 1 >= 0) {
        asked[(int) (walk.requestFor(peer.peerId()).target().word0() >>> 62)]++;
      }
    }
    int all = IntStream.of(asked).sum();
    assertThat(all).isGreaterThan(50);
    for (int quarter : asked) {
      assertThat(quarter).isGreaterThan(all / 6);
    }
  }

  private static List<Bytes> sorted(List<Bytes> keys, PeerInfo peer) {
    Key point = Key.of(peer.peerId());
    return keys.stream()
        .sorted(Comparator.comparing(key -> point.distanceTo(Key.of(key))))
        .toList();
  }

  @Test
  void eachKeyIsToldToItsNearestAndNoFarther() {
    Map<PeerId, List<Bytes>> tellings = new Walk(KEYS, 0, 0).tellings(infos(0, 50), K);
    for (Bytes key : KEYS) {
      List<PeerId> told =
          tellings.entrySet().stream()
              .filter(telling -> telling.getValue().contains(key))
              .map(Map.Entry::getKey)
              .toList();
      assertThat(told)
          .containsExactlyInAnyOrderElementsOf(
              sorted(infos(0, 50), key).subList(0, K).stream().map(PeerInfo::peerId).toList());
    }
  }

  @Test
  void whoeverIsWithinTheRegionOfAKeyIsToldTooHoweverManyAreNearer() {
    Bytes key = KEYS.get(3);
    PeerInfo eighth = sorted(infos(0, 50), key).get(7);
    long word = Key.of(key).word0() ^ Key.firstWord(eighth.peerId());
    Map<PeerId, List<Bytes>> tellings = new Walk(KEYS, 0, word).tellings(infos(0, 50), K);
    assertThat(tellings.get(eighth.peerId())).contains(key);
  }

  @Test
  void whoIsAskedAndInTheRegionOfAKeyIsToldAtOnceAndNotAgain() {
    Bytes key = KEYS.get(3);
    PeerInfo eighth = sorted(infos(0, 50), key).get(7);
    PeerInfo ninth = sorted(infos(0, 50), key).get(8);
    long word = Key.of(key).word0() ^ Key.firstWord(eighth.peerId());
    Walk walk = new Walk(List.of(key), 0, word);
    assertThat(walk.earlyKeys(eighth.peerId())).containsExactly(key);
    assertThat(walk.earlyKeys(eighth.peerId())).isEmpty();
    assertThat(walk.earlyKeys(ninth.peerId())).isEmpty();
    assertThat(walk.tellings(infos(0, 50), K))
        .hasSize(49)
        .containsKey(ninth.peerId())
        .doesNotContainKey(eighth.peerId());
  }

  @Test
  void aSingleKeyIsToldToAllFoundNearestFirst() {
    List<PeerInfo> found = sorted(infos(0, 30), KEYS.get(0));
    Walk walk = new Walk(KEYS.subList(0, 1), 7, 12);
    assertThat(walk.regionWord()).isEqualTo(12);
    assertThat(walk.tellings(found, K).keySet())
        .containsExactlyElementsOf(found.stream().map(PeerInfo::peerId).toList());
    assertThat(walk.isWhole(List.of(), K)).isTrue();
  }

  @Test
  void aRegionIsWholeWithKPeersUnlessItIsFull() {
    List<PeerInfo> all = sorted(infos(0, 2000), KEYS.get(0));
    int bits = 4;
    long inRegion =
        all.stream()
            .filter(p -> Key.of(KEYS.get(0)).commonPrefixBits(Key.of(p.peerId())) >= bits)
            .count();
    assertThat(inRegion).isGreaterThan(Lookup.REGION_MAX);
    Walk walk = new Walk(KEYS, bits, 0);
    assertThat(walk.isWhole(all.subList(0, K), K)).isTrue();
    assertThat(walk.isWhole(all.subList(0, K - 1), K)).isFalse();
    assertThat(walk.isWhole(all.subList(1000, 1500), K)).isFalse();
    assertThat(walk.isWhole(all.subList(0, Lookup.REGION_MAX - 1), K)).isTrue();
    assertThat(walk.isWhole(all.subList(0, Lookup.REGION_MAX), K)).isFalse();
    assertThat(new Walk(KEYS, 0, 0).isWhole(all.subList(0, 2), K)).isTrue();
  }
}
