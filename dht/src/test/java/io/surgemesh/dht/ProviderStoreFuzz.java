package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Takes the input for who announces which keys, one or many, from which IP groups. */
public final class ProviderStoreFuzz {
  private static final int NUMBERS = 256;
  private static final int GROUP = 7;
  private static final int EAGER_PEERS = 8;
  private static final int POPULAR_KEY = 0;
  private static final int KEYS_CHECKED = 4;
  private static final int RUN_MAX = 32;
  private static final int OF_KEY_MAX = ProviderStore.PROVIDERS_PER_KEY_MAX / ProviderShares.PART;
  private static final List<Multiaddr> HERE = List.of(TestPeers.address(1));
  private static final List<Multiaddr> THERE = List.of(TestPeers.address(2));
  private static final List<PeerId> PEERS =
      IntStream.range(0, NUMBERS).mapToObj(TestPeers::peer).toList();
  private static final List<Bytes> KEYS =
      IntStream.range(0, NUMBERS).mapToObj(i -> TestPeers.key("key " + i)).toList();

  private record Announced(int key, int peer) {}

  private record Kept(long expiresNanos, int group) {}

  private final DhtConfig config = DhtConfig.defaults();
  private final ProviderStore store = new ProviderStore(config, new SplittableRandom(1));
  private final Map<Announced, Kept> model = new LinkedHashMap<>();
  private long nowNanos;

  private ProviderStoreFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new ProviderStoreFuzz().run(ByteBuffer.wrap(data));
  }

  private void run(ByteBuffer input) {
    while (input.remaining() > 3) {
      int what = input.get();
      int peer = input.get() & NUMBERS - 1;
      int key = input.get() & NUMBERS - 1;
      int count = 1 + (input.get() & RUN_MAX - 1);
      int group = (what >>> 2 & 3) == 0 ? IpGroups.NONE : GROUP;
      nowNanos += (what & 0xe0) == 0xe0 ? 5 * TestPeers.MINUTE : 10 * TestPeers.SECOND;
      forgetExpired();
      switch (what & 3) {
        case 0 -> add(key, peer, group);
        case 1 -> addKeys(key, count, peer % EAGER_PEERS, group);
        default -> addPeers(POPULAR_KEY, peer, count, group);
      }
      store.expire(nowNanos);
      require(store.size() == model.size(), "holds what was announced, until it expires");
    }
    check();
  }

  private void addKeys(int first, int count, int peer, int group) {
    boolean hasRoom = true;
    for (int i = 0; i < count && hasRoom; i++) {
      hasRoom = add((first + i) % NUMBERS, peer, group);
    }
  }

  private void addPeers(int key, int first, int count, int group) {
    boolean hasRoom = true;
    for (int i = 0; i < count && hasRoom; i++) {
      hasRoom = add(key, (first + i) % NUMBERS, group);
    }
  }

  private void forgetExpired() {
    Iterator<Kept> oldest = model.values().iterator();
    while (oldest.hasNext() && oldest.next().expiresNanos <= nowNanos) {
      oldest.remove();
    }
  }

  /** Announces; returns whether there was room. */
  private boolean add(int key, int peer, int group) {
    PeerInfo info = new PeerInfo(PEERS.get(peer), group == GROUP ? HERE : THERE);
    Announced record = new Announced(key, peer);
    Kept before = model.remove(record);
    if (!store.add(KEYS.get(key), info, group, nowNanos)) {
      require(before == null, "keeps what is announced again");
      require(isFull(key, peer, group), "refuses nobody as long as there is room");
      return false;
    }
    int counted = before == null ? group : before.group;
    model.put(record, new Kept(nowNanos + config.providerExpiry().toNanos(), counted));
    store
        .toSave(KEYS.get(key), PEERS.get(peer), nowNanos)
        .ifPresent(saved -> require(saved.equals(info), "saves the latest addresses"));
    require(
        store.toSave(KEYS.get(key), PEERS.get(peer), nowNanos).isEmpty(), "saves nothing twice");
    return true;
  }

  private boolean isFull(int key, int peer, int group) {
    return ofPeer(peer) == ProviderStore.KEYS_PER_PEER_MAX
        || (group != IpGroups.NONE && ofGroup(key, group) == OF_KEY_MAX);
  }

  private long ofPeer(int peer) {
    return model.keySet().stream().filter(record -> record.peer == peer).count();
  }

  private long ofGroup(int key, int group) {
    return model.entrySet().stream()
        .filter(record -> record.getKey().key == key && record.getValue().group == group)
        .count();
  }

  private void check() {
    for (int key = 0; key < KEYS_CHECKED; key++) {
      Set<PeerId> expected = new LinkedHashSet<>();
      for (Announced record : model.keySet()) {
        if (record.key == key) {
          expected.add(PEERS.get(record.peer));
        }
      }
      List<PeerInfo> told = store.sample(KEYS.get(key), NUMBERS, nowNanos);
      require(told.size() == expected.size(), "tells each provider of a key once");
      require(
          told.stream().allMatch(info -> expected.contains(info.peerId())),
          "tells who provides a key");
      require(ofGroup(key, GROUP) <= OF_KEY_MAX, "leaves others room");
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("a store of providers " + rule);
    }
  }
}
