package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProviderStoreTest {
  private final ProviderStore store =
      new ProviderStore(DhtConfig.defaults(), new SplittableRandom(1));

  private boolean add(Bytes key, PeerInfo provider, long now) {
    return store.add(key, provider, IpGroups.NONE, now);
  }

  @Test
  void aRecordIsKeptForHalfAnHourFromItsLastAnnouncement() {
    add(key("a"), info(1), 0);
    add(key("a"), info(2), 0);
    add(key("a"), info(1), 20 * MINUTE);
    assertThat(store.sample(key("a"), 10, 30 * MINUTE - 1)).hasSize(2);
    assertThat(store.sample(key("a"), 10, 30 * MINUTE)).containsExactly(info(1));
    assertThat(store.sample(key("a"), 10, 50 * MINUTE)).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void theLatestAddressesCountAndTheyAreBounded() {
    add(key("a"), info(1), 0);
    PeerInfo moved =
        new PeerInfo(
            TestPeers.peer(1), IntStream.range(100, 130).mapToObj(TestPeers::address).toList());
    add(key("b"), moved, 0);
    assertThat(store.sample(key("a"), 1, 0).get(0).addresses())
        .isEqualTo(moved.addresses().subList(0, ProviderStore.ADDRESSES_MAX));
  }

  @Test
  void aPeerMayAnnounceSixtyFourKeys() {
    for (int i = 0; i < ProviderStore.KEYS_PER_PEER_MAX; i++) {
      assertThat(add(key("key " + i), info(1), 0)).isTrue();
    }
    assertThat(add(key("one more"), info(1), 0)).isFalse();
    assertThat(add(key("key 5"), info(1), 1)).isTrue();
    assertThat(add(key("one more"), info(1), 30 * MINUTE)).isTrue();
  }

  @Test
  void aKeyHasAtMostAThousandProvidersAndAReplyARandomPart() {
    for (int i = 0; i < ProviderStore.PROVIDERS_PER_KEY_MAX; i++) {
      assertThat(add(key("a"), info(i), 0)).isTrue();
    }
    assertThat(add(key("a"), info(5000), 0)).isFalse();
    List<PeerInfo> first = store.sample(key("a"), KadCodec.PROVIDERS_MAX, 1);
    List<PeerInfo> second = store.sample(key("a"), KadCodec.PROVIDERS_MAX, 1);
    assertThat(first).hasSize(KadCodec.PROVIDERS_MAX).doesNotHaveDuplicates();
    assertThat(second).doesNotHaveDuplicates().isNotEqualTo(first);
  }

  @Test
  void everyProviderIsPickedEquallyOften() {
    Map<PeerInfo, Integer> picked = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      add(key("a"), info(i), 0);
    }
    for (int i = 0; i < 10_000; i++) {
      store.sample(key("a"), 3, 0).forEach(peer -> picked.merge(peer, 1, Integer::sum));
    }
    assertThat(picked)
        .hasSize(10)
        .allSatisfy((peer, times) -> assertThat(times).isBetween(2800, 3200));
  }

  @Test
  void keysAndRecordsAreBounded() {
    int added = 0;
    for (int i = 0; i < ProviderStore.KEYS_MAX + 10; i++) {
      added += add(key("key " + i), info(i), 0) ? 1 : 0;
    }
    assertThat(added).isEqualTo(ProviderStore.KEYS_MAX);
    for (int i = 0; i < 2 * ProviderStore.RECORDS_MAX; i++) {
      added += add(key("key " + i % 50), info(10_000 + i / 50), 0) ? 1 : 0;
    }
    assertThat(store.size()).isEqualTo(added).isEqualTo(ProviderStore.RECORDS_MAX);
  }

  /** Announces as many keys of its own, from one IP group, as a peer may. */
  private int flood(int peer, int group) {
    int added = 0;
    for (int i = 0; i < ProviderStore.KEYS_PER_PEER_MAX; i++) {
      added += store.add(key(peer + " " + i), info(peer), group, 0) ? 1 : 0;
    }
    return added;
  }

  @Test
  void oneNetworkFillsAnEighthOfTheKeysHoweverManyItsIdentities() {
    int added = 0;
    for (int peer = 0; peer < 64; peer++) {
      added += flood(peer, 7);
    }
    assertThat(added).isEqualTo(ProviderStore.KEYS_MAX / 8);
    assertThat(store.add(key("of another"), info(100), 8, 0)).isTrue();
    assertThat(add(key("of none"), info(101), 0)).isTrue();
    assertThat(store.add(key("0 0"), info(102), 7, 0)).isTrue();
    assertThat(store.add(key("of none"), info(102), 7, 0)).isFalse();
    assertThat(store.add(key("0 1"), info(0), 7, 30 * MINUTE - 1)).isTrue();
    assertThat(flood(200, 7)).isZero();
    assertThat(store.add(key("later"), info(200), 7, 30 * MINUTE)).isTrue();
  }

  @Test
  void oneNetworkIsAnEighthOfTheProvidersOfAKeyAndHasAnEighthOfTheRecords() {
    int ofOne = 0;
    int ofAll = 0;
    for (int peer = 0; peer < ProviderStore.RECORDS_MAX; peer++) {
      ofOne += store.add(key("a"), info(peer), 7, 0) ? 1 : 0;
      ofAll += store.add(key("key " + peer % 400), info(peer), 7, 0) ? 1 : 0;
    }
    assertThat(ofOne).isEqualTo(ProviderStore.PROVIDERS_PER_KEY_MAX / 8);
    assertThat(ofOne + ofAll).isEqualTo(ProviderStore.RECORDS_MAX / 8);
    assertThat(store.add(key("a"), info(50_000), 8, 0)).isTrue();
  }

  @Test
  void recordsOfAnEarlierLifeCountWhereTheirProvidersSaidTheyWere() {
    List<RestoredRecord> restored = new ArrayList<>();
    for (int peer = 0; peer < 2 * ProviderStore.PROVIDERS_PER_KEY_MAX / 8; peer++) {
      Multiaddr address = Multiaddr.of("/ip4/240.7.0." + peer % 256 + "/tcp/4001");
      PeerInfo provider = new PeerInfo(TestPeers.peer(peer), List.of(address));
      KadMessage message =
          new KadMessage(KadMessage.Type.ADD_PROVIDER, key("a"), List.of(), List.of(provider));
      restored.add(new RestoredRecord(provider.peerId(), message, MINUTE));
    }
    store.restore(restored, new IpGroups(2, true), 0);
    assertThat(store.size()).isEqualTo(ProviderStore.PROVIDERS_PER_KEY_MAX / 8);
    store.restore(restored, new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true), 0);
    assertThat(store.size()).isEqualTo(restored.size());
  }

  private static RestoredRecord restored(String key, int provider, int sender, long restNanos) {
    KadMessage message =
        new KadMessage(KadMessage.Type.ADD_PROVIDER, key(key), List.of(), List.of(info(provider)));
    return new RestoredRecord(TestPeers.peer(sender), message, restNanos);
  }

  @Test
  void recordsOfAnEarlierLifeExpireWhenTheyWouldHave() {
    add(key("a"), info(1), 0);
    store.restore(
        List.of(
            restored("a", 1, 1, MINUTE),
            restored("a", 2, 2, 10 * MINUTE),
            restored("a", 3, 3, 100 * MINUTE),
            restored("a", 4, 5, 10 * MINUTE)),
        new IpGroups(2, false),
        0);
    assertThat(store.sample(key("a"), 10, 0)).containsExactlyInAnyOrder(info(1), info(2), info(3));
    assertThat(store.sample(key("a"), 10, 10 * MINUTE)).containsExactlyInAnyOrder(info(1), info(3));
    assertThat(store.sample(key("a"), 10, 30 * MINUTE)).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void itAgreesWithAPlainModelAtEachStep() {
    record Announced(String key, int peer) {}
    SplittableRandom random = new SplittableRandom(4);
    Map<Announced, Long> model = new LinkedHashMap<>();
    long now = 0;
    for (int i = 0; i < 5000; i++) {
      now += random.nextLong(MINUTE);
      long at = now;
      String key = "key " + random.nextInt(8);
      int peer = random.nextInt(12);
      assertThat(add(key(key), info(peer), now)).isTrue();
      model.put(new Announced(key, peer), now + 30 * MINUTE);
      model.values().removeIf(expiry -> expiry <= at);
      assertThat(store.size()).isEqualTo(model.size());
      String asked = "key " + random.nextInt(8);
      List<PeerInfo> expected = new ArrayList<>();
      model.keySet().stream()
          .filter(record -> record.key().equals(asked))
          .sorted(Comparator.comparing(Announced::peer))
          .forEach(record -> expected.add(info(record.peer())));
      assertThat(store.sample(key(asked), 100, now)).hasSameElementsAs(expected);
    }
  }
}
