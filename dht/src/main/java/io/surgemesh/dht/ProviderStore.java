package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Who announced which key to us, for a limited time (libp2p kad-dht r2, Content provider
 * advertisement).
 *
 * <p>Every bound refuses newcomers and leaves what is there to expire: flooding does not put out
 * honest records. A record announced again starts its time anew. All live equally long, so the
 * order of announcing is the order of expiry.
 */
final class ProviderStore {
  /** The most keys. */
  static final int KEYS_MAX = 4096;

  /** The most providers of one key. */
  static final int PROVIDERS_PER_KEY_MAX = 1024;

  /** The most keys of one provider. */
  static final int KEYS_PER_PEER_MAX = 64;

  /**
   * The most records in all, which bounds the memory: some 40 MB with all addresses of all peers.
   */
  static final int RECORDS_MAX = 16_384;

  /** The most addresses kept of one provider; its first ones. */
  static final int ADDRESSES_MAX = 8;

  private record RecordId(Bytes key, PeerId provider) {}

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
  private Map<RecordId, Long> expiries = Collections.emptyMap();
  private Map<Bytes, List<PeerId>> byKey = Collections.emptyMap();
  private Map<PeerId, Provider> providers = Collections.emptyMap();

  ProviderStore(DhtConfig config, RandomGenerator random) {
    this.expiryNanos = config.providerExpiry().toNanos();
    this.random = random;
  }

  /** Keeps a record; returns whether there was room for it. */
  boolean add(Bytes key, PeerInfo announced, long nowNanos) {
    return add(key, announced, nowNanos + expiryNanos, nowNanos);
  }

  /**
   * Takes back the provider records among some of an earlier life; one that was announced again
   * since then stays as it was announced.
   */
  void restore(List<RestoredRecord> restored, long nowNanos) {
    for (RestoredRecord kept : restored) {
      for (PeerInfo provider : kept.message().providers()) {
        Bytes key = kept.message().key();
        boolean isOwn = provider.peerId().equals(kept.sender());
        if (isOwn && !expiries.containsKey(new RecordId(key, provider.peerId()))) {
          add(key, provider, nowNanos + Math.min(kept.restNanos(), expiryNanos), nowNanos);
        }
      }
    }
    if (!expiries.isEmpty()) {
      expiries = inOrderOfExpiry(expiries);
    }
  }

  /** Returns the same map, in another order. */
  private static Map<RecordId, Long> inOrderOfExpiry(Map<RecordId, Long> expiries) {
    Map<RecordId, Long> sorted = new LinkedHashMap<>();
    expiries.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** Returns a provider with as many addresses as are kept. */
  static PeerInfo trimmed(PeerInfo provider) {
    int count = Math.min(ADDRESSES_MAX, provider.addresses().size());
    return count == provider.addresses().size()
        ? provider
        : new PeerInfo(provider.peerId(), provider.addresses().subList(0, count));
  }

  private boolean add(Bytes key, PeerInfo announced, long expiresNanos, long nowNanos) {
    expire(nowNanos);
    if (expiries.isEmpty()) {
      expiries = new LinkedHashMap<>();
      byKey = new LinkedHashMap<>();
      providers = new LinkedHashMap<>();
    }
    PeerId peer = announced.peerId();
    RecordId id = new RecordId(key, peer);
    if (expiries.remove(id) == null) {
      if (!hasRoom(key, peer)) {
        return false;
      }
      byKey.computeIfAbsent(key, k -> new ArrayList<>(1)).add(peer);
      providers.computeIfAbsent(peer, p -> new Provider(announced)).keys++;
    }
    expiries.put(id, expiresNanos);
    Provider provider = providers.get(peer);
    if (provider != null) {
      provider.info = trimmed(announced);
    }
    return true;
  }

  private boolean hasRoom(Bytes key, PeerId peer) {
    List<PeerId> ofKey = byKey.get(key);
    Provider provider = providers.get(peer);
    return expiries.size() < RECORDS_MAX
        && (ofKey == null ? byKey.size() < KEYS_MAX : ofKey.size() < PROVIDERS_PER_KEY_MAX)
        && (provider == null || provider.keys < KEYS_PER_PEER_MAX);
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

  /** Returns how many records there are. */
  int size() {
    return expiries.size();
  }

  /** Drops every record whose time is over. */
  void expire(long nowNanos) {
    if (expiries.isEmpty()) {
      return;
    }
    Iterator<Map.Entry<RecordId, Long>> oldest = expiries.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<RecordId, Long> entry = oldest.next();
      if (entry.getValue() > nowNanos) {
        return;
      }
      forget(entry.getKey());
      oldest.remove();
    }
  }

  private void forget(RecordId id) {
    List<PeerId> ofKey = byKey.get(id.key());
    if (ofKey != null && ofKey.remove(id.provider()) && ofKey.isEmpty()) {
      byKey.remove(id.key());
    }
    Provider provider = providers.get(id.provider());
    if (provider != null && --provider.keys == 0) {
      providers.remove(id.provider());
    }
  }
}
