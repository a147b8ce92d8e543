package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each IP group has of a store of provider records: at most one {@value #PART}th of the
 * records, of the keys and of the providers of a key. Whoever has one address has as many
 * identities as it likes.
 */
final class ProviderShares {
  /** What a group may have, as a part of what there may be. */
  static final int PART = 8;

  private record OfKey(Bytes key, int group) {}

  private final Map<Integer, Integer> records = new LinkedHashMap<>();
  private final Map<Integer, Integer> keys = new LinkedHashMap<>();
  private final Map<OfKey, Integer> providers = new LinkedHashMap<>();

  /** Returns whether a group may have one more record, of that key. */
  boolean hasRoom(Bytes key, int group) {
    int ofKey = providers.getOrDefault(new OfKey(key, group), 0);
    return records.getOrDefault(group, 0) < ProviderStore.RECORDS_MAX / PART
        && ofKey < ProviderStore.PROVIDERS_PER_KEY_MAX / PART
        && (ofKey > 0 || keys.getOrDefault(group, 0) < ProviderStore.KEYS_MAX / PART);
  }

  void add(Bytes key, int group) {
    OfKey ofKey = new OfKey(key, group);
    if (!providers.containsKey(ofKey)) {
      keys.merge(group, 1, Integer::sum);
    }
    providers.merge(ofKey, 1, Integer::sum);
    records.merge(group, 1, Integer::sum);
  }

  void remove(Bytes key, int group) {
    OfKey ofKey = new OfKey(key, group);
    countDown(records, group);
    countDown(providers, ofKey);
    if (!providers.containsKey(ofKey)) {
      countDown(keys, group);
    }
  }

  /** Takes one from a count, which is gone once it is nothing. */
  static <K> void countDown(Map<K, Integer> counts, K counted) {
    counts.computeIfPresent(counted, (its, count) -> count == 1 ? null : count - 1);
  }
}
