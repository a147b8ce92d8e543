package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who announced which key to us, for a limited time (libp2p kad-dht r2, Content provider
 * advertisement).
 *
 * <p>Every bound refuses newcomers and leaves what is there to expire: flooding does not put out
 * honest records, and {@link ProviderShares} leave them room. A record announced again starts its
 * time anew. All live equally long, so the order of announcing is the order of expiry.
 */
final class ProviderStore {
  /** The most keys. */
  static final int KEYS_MAX = 4096;

  /** The most providers of one key. */
  static final int PROVIDERS_PER_KEY_MAX = 1024;

  /** The most keys of one provider. */
  static final int KEYS_PER_PEER_MAX = 64;

  /**
   * The most records in all, which bounds the memory: 64 MiB are addresses, when each is of another
   * peer and all of its addresses of the longest.
   */
  static final int RECORDS_MAX = 16_384;

  /** The most addresses kept of one provider; its first ones. */
  static final int ADDRESSES_MAX = 8;

  private record RecordId(Bytes key, PeerId provider) {}

  /**
   * A record.
   *
   * @param group the IP group from which it came first
   * @param savesFromNanos from when on it is worth being written again
   */
  private record Announced(long expiresNanos, int group, long savesFromNanos) {
    /** Creates one that is new here. */
    Announced(long expiresNanos, int group) {
      this(expiresNanos, group, Long.MIN_VALUE);
    }
  }

  private static final class Provider {
    private PeerInfo info;
    private int keys;

    Provider(PeerInfo info) {
      this.info = info;
    }
  }

  private final long expiryNanos;
  private final RandomGenerator random;

  // Most peers keep no record at all, and then no map either.
  private Map<RecordId, Announced> records = Collections.emptyMap();
  private Map<Bytes, List<PeerId>> byKey = Collections.emptyMap();
  private Map<PeerId, Provider> providers = Collections.emptyMap();
  private @Nullable ProviderShares shares;

  ProviderStore(DhtConfig config, RandomGenerator random) {
    this.expiryNanos = config.providerExpiry().toNanos();
    this.random = random;
  }

  /**
   * Keeps a record; returns whether there was room for it.
   *
   * @param group the IP group of where the provider is connected
   */
  boolean add(Bytes key, PeerInfo announced, int group, long nowNanos) {
    return add(key, announced, new Announced(nowNanos + expiryNanos, group), nowNanos);
  }

  /**
   * Takes back the provider records among some of an earlier life; one that was announced again
   * since then stays as it was announced.
   *
   * @param groups by which they are counted where their providers said they were
   */
  void restore(List<RestoredRecord> restored, IpGroups groups, long nowNanos) {
    for (RestoredRecord kept : restored) {
      for (PeerInfo provider : kept.message().providers()) {
        Bytes key = kept.message().key();
        boolean isOwn = provider.peerId().equals(kept.sender());
        if (isOwn && !records.containsKey(new RecordId(key, provider.peerId()))) {
          long expiresNanos = nowNanos + Math.min(kept.restNanos(), expiryNanos);
          int[] its = groups.of(provider.addresses());
          int group = its.length == 0 || groups.isUnlimited() ? IpGroups.NONE : its[0];
          add(key, provider, new Announced(expiresNanos, group), nowNanos);
        }
      }
    }
    if (!records.isEmpty()) {
      records = inOrderOfExpiry(records);
    }
  }

  /** Returns the same map, in another order. */
  private static Map<RecordId, Announced> inOrderOfExpiry(Map<RecordId, Announced> records) {
    Map<RecordId, Announced> sorted = new LinkedHashMap<>();
    records.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> entry.getValue().expiresNanos))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private boolean add(Bytes key, PeerInfo provider, Announced announced, long nowNanos) {
    expire(nowNanos);
    if (records.isEmpty()) {
      records = new LinkedHashMap<>();
      byKey = new LinkedHashMap<>();
      providers = new LinkedHashMap<>();
    }
    RecordId id = new RecordId(key, provider.peerId());
    Announced before = records.remove(id);
    int group = before == null ? announced.group : before.group;
    if (before == null) {
      if (!hasRoom(id, group)) {
        return false;
      }
      count(id, group, provider);
    }
    Provider known = providers.get(id.provider);
    PeerInfo info = provider.withFirst(ADDRESSES_MAX);
    boolean isSame = known != null && known.info.equals(info);
    long savesFromNanos = before != null && isSame ? before.savesFromNanos : Long.MIN_VALUE;
    records.put(id, new Announced(announced.expiresNanos, group, savesFromNanos));
    if (known != null) {
      known.info = info;
    }
    return true;
  }

  private boolean hasRoom(RecordId id, int group) {
    List<PeerId> ofKey = byKey.get(id.key);
    Provider provider = providers.get(id.provider);
    return records.size() < RECORDS_MAX
        && (ofKey == null ? byKey.size() < KEYS_MAX : ofKey.size() < PROVIDERS_PER_KEY_MAX)
        && (provider == null || provider.keys < KEYS_PER_PEER_MAX)
        && (group == IpGroups.NONE || shares == null || shares.hasRoom(id.key, group));
  }

  private void count(RecordId id, int group, PeerInfo provider) {
    byKey.computeIfAbsent(id.key, k -> new ArrayList<>(1)).add(id.provider);
    providers.computeIfAbsent(id.provider, p -> new Provider(provider)).keys++;
    if (group != IpGroups.NONE) {
      if (shares == null) {
        shares = new ProviderShares();
      }
      shares.add(id.key, group);
    }
  }

  /** Returns at most {@code countMax} providers of a key, picked and ordered at random. */
  List<PeerInfo> sample(Bytes key, int countMax, long nowNanos) {
    expire(nowNanos);
    List<PeerId> ofKey = byKey.get(key);
    if (ofKey == null) {
      return List.of();
    }
    List<PeerId> peers = new ArrayList<>(ofKey);
    List<PeerInfo> picked = new ArrayList<>();
    for (int i = 0; i < peers.size() && i < countMax; i++) {
      Collections.swap(peers, i, i + random.nextInt(peers.size() - i));
      Provider provider = providers.get(peers.get(i));
      if (provider != null) {
        picked.add(provider.info);
      }
    }
    return picked;
  }

  /**
   * Returns the provider of a record that is now written, so that it survives a restart; nothing
   * when that was so a moment ago.
   */
  Optional<PeerInfo> toSave(Bytes key, PeerId peer, long nowNanos) {
    RecordId id = new RecordId(key, peer);
    Announced record = records.get(id);
    Provider provider = providers.get(peer);
    if (record == null || provider == null || nowNanos < record.savesFromNanos) {
      return Optional.empty();
    }
    long nextNanos = nowNanos + Math.min(Outbox.SAVE_PAUSE_NANOS, expiryNanos / 2);
    records.put(id, new Announced(record.expiresNanos, record.group, nextNanos));
    return Optional.of(provider.info);
  }

  /** Returns how many records there are. */
  int size() {
    return records.size();
  }

  /** Drops every record whose time is over. */
  void expire(long nowNanos) {
    if (records.isEmpty()) {
      return;
    }
    Iterator<Map.Entry<RecordId, Announced>> oldest = records.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<RecordId, Announced> entry = oldest.next();
      if (entry.getValue().expiresNanos > nowNanos) {
        return;
      }
      forget(entry.getKey(), entry.getValue().group);
      oldest.remove();
    }
  }

  private void forget(RecordId id, int group) {
    List<PeerId> ofKey = byKey.get(id.key);
    if (ofKey != null && ofKey.remove(id.provider) && ofKey.isEmpty()) {
      byKey.remove(id.key);
    }
    Provider provider = providers.get(id.provider);
    if (provider != null && --provider.keys == 0) {
      providers.remove(id.provider);
    }
    if (group != IpGroups.NONE && shares != null) {
      shares.remove(id.key, group);
    }
  }
}
