package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.surgemesh.host.PeerInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SizeEstimateTest {
  private static final int K = 20;

  @ParameterizedTest
  @ValueSource(ints = {100, 1000, 10_000})
  void aNetworkIsCountedWithinAFewStandardErrors(int peers) {
    SizeEstimate estimate = searched(infos(0, peers), SizeEstimate.SEARCHES_MAX);
    NetworkSize size = estimate.value().orElseThrow();
    assertThat(size.error()).isBetween(0.01, 0.2);
    assertThat(size.peers()).isCloseTo(peers, within(3 * size.error() * peers));
  }

  @Test
  void whoCrowdsAFewPartsOfTheKeySpaceDoesNotMoveIt() {
    SizeEstimate estimate = searched(infos(0, 1000), SizeEstimate.SEARCHES_MAX);
    double before = estimate.value().orElseThrow().peers();
    Key target = Key.of(key("crowded"));
    List<PeerInfo> crowd = nearest(infos(0, 50_000), target);
    for (int i = 0; i < SizeEstimate.SEARCHES_MAX / 4; i++) {
      estimate.onSearched(target, crowd);
    }
    assertThat(estimate.value().orElseThrow().peers()).isCloseTo(before, within(before / 4));
  }

  @Test
  void fewerPeersThanSearchesFindAreCounted() {
    SizeEstimate estimate = new SizeEstimate(K);
    assertThat(estimate.value()).isEmpty();
    assertThat(estimate.regionWord()).isZero();
    estimate.onSearched(Key.of(key("a")), infos(0, 7));
    assertThat(estimate.value()).contains(new NetworkSize(8, 0, 1));
  }

  @Test
  void aMeshOfWhichFewAreLeftIsCountedAnew() {
    SizeEstimate estimate = searched(infos(0, 1000), SizeEstimate.SEARCHES_MAX);
    for (int i = 0; i < SizeEstimate.SEARCHES_MIN; i++) {
      assertThat(estimate.value().orElseThrow().peers()).as("one may fail").isGreaterThan(500);
      estimate.onSearched(Key.of(key("few " + i)), infos(0, 5));
    }
    assertThat(estimate.value()).contains(new NetworkSize(6, 0, 1));
    assertThat(estimate.regionWord()).isZero();
    assertThat(estimate.regionBits()).isZero();
  }

  @Test
  void aRegionHoldsAboutKPeers() {
    List<PeerInfo> peers = infos(0, 5000);
    SizeEstimate estimate = searched(peers, SizeEstimate.SEARCHES_MAX);
    int inside = 0;
    for (int i = 0; i < 50; i++) {
      Key target = Key.of(key("region " + i));
      for (PeerInfo peer : peers) {
        long word = target.word0() ^ Key.firstWord(peer.peerId());
        inside += Long.compareUnsigned(word, estimate.regionWord()) <= 0 ? 1 : 0;
      }
    }
    assertThat(inside / 50.0).isBetween(14.0, 28.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 500, 1000, 3000, 10_000})
  void aRegionOfManyKeysHoldsMorePeersThanEachOfThemNeeds(int peers) {
    SizeEstimate estimate = searched(infos(0, peers), SizeEstimate.SEARCHES_MAX);
    double expected = (double) peers / (1 << estimate.regionBits());
    assertThat(expected).isBetween(1.2 * K, 3.7 * K);
  }

  @Test
  void aSmallNetworkIsOneRegionAndAnUnknownOneHasNone() {
    SizeEstimate estimate = new SizeEstimate(K);
    assertThat(estimate.regionBits()).isEqualTo(Key.BITS);
    estimate.onSearched(Key.of(key("a")), infos(0, 7));
    assertThat(estimate.regionBits()).isZero();
  }

  private static SizeEstimate searched(List<PeerInfo> peers, int searches) {
    SizeEstimate estimate = new SizeEstimate(K);
    for (int i = 0; i < searches; i++) {
      Key target = Key.of(key("searched " + i));
      estimate.onSearched(target, nearest(peers, target));
    }
    return estimate;
  }

  private static List<PeerInfo> nearest(List<PeerInfo> peers, Key target) {
    List<PeerInfo> sorted = new ArrayList<>(peers);
    sorted.sort(Comparator.comparing(peer -> target.distanceTo(Key.of(peer.peerId()))));
    return sorted.subList(0, K);
  }
}
