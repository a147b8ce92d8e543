package io.surgemesh.mesh;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One search for the providers of at least a value: bucket after bucket, some at a time. Of the
 * value's own bucket some have less, unless it begins with the value; so these do not end the
 * search, and come last.
 */
final class BucketSearch {
  /** How many buckets are searched at most above that of the value: 65,536 times as much. */
  static final int BUCKETS_ABOVE = 16;

  /** How many are searched at a time. */
  static final int PARALLEL = 4;

  private final PeerRouting routing;
  private final String dimension;
  private final int peersMax;
  private final int first;
  private final int last;
  private final boolean isFirstMixed;
  private final Map<PeerId, PeerInfo> found = new LinkedHashMap<>();
  private final List<PeerInfo> uncertain = new ArrayList<>();

  BucketSearch(PeerRouting routing, String dimension, long valueMin, int peersMax) {
    this.routing = routing;
    this.dimension = dimension;
    this.peersMax = peersMax;
    this.first = Integer.parseInt(Capability.of(dimension, valueMin).bucket());
    this.last = Math.min(first + BUCKETS_ABOVE, Long.SIZE - 2);
    this.isFirstMixed = Long.bitCount(valueMin) != 1;
  }

  CompletableFuture<List<PeerInfo>> start() {
    return next(first);
  }

  private CompletableFuture<List<PeerInfo>> next(int bucket) {
    if (found.size() >= peersMax || bucket > last) {
      return CompletableFuture.completedFuture(nearest());
    }
    List<CompletableFuture<List<PeerInfo>>> searches = new ArrayList<>(PARALLEL);
    int end = Math.min(bucket + PARALLEL, last + 1);
    for (int each = bucket; each < end; each++) {
      Capability capability = new Capability(dimension, Integer.toString(each));
      searches.add(routing.findProviders(capability, peersMax));
    }
    return CompletableFuture.allOf(searches.toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            all -> {
              for (int i = 0; i < searches.size(); i++) {
                take(bucket + i, searches.get(i).join());
              }
              return next(end);
            });
  }

  private void take(int bucket, List<PeerInfo> providers) {
    if (bucket == first && isFirstMixed) {
      uncertain.addAll(providers);
    } else {
      providers.forEach(peer -> found.putIfAbsent(peer.peerId(), peer));
    }
  }

  private List<PeerInfo> nearest() {
    uncertain.forEach(peer -> found.putIfAbsent(peer.peerId(), peer));
    return found.values().stream().limit(peersMax).toList();
  }
}
