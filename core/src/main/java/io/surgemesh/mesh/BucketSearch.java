package io.surgemesh.mesh;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One search for the providers of at least a value: bucket after bucket, some at a time. */
final class BucketSearch {
  /** How many buckets are searched at most above that of the value: 65,536 times as much. */
  static final int BUCKETS_ABOVE = 16;

  /** How many are searched at a time. */
  static final int PARALLEL = 4;

  private final PeerRouting routing;
  private final String dimension;
  private final int peersMax;
  private final Map<PeerId, PeerInfo> found = new LinkedHashMap<>();

  BucketSearch(PeerRouting routing, String dimension, int peersMax) {
    this.routing = routing;
    this.dimension = dimension;
    this.peersMax = peersMax;
  }

  CompletableFuture<List<PeerInfo>> from(long valueMin) {
    int bucket = Integer.parseInt(Capability.of(dimension, valueMin).bucket());
    return next(bucket, Math.min(bucket + BUCKETS_ABOVE, Long.SIZE - 2));
  }

  private CompletableFuture<List<PeerInfo>> next(int bucket, int last) {
    if (found.size() >= peersMax || bucket > last) {
      List<PeerInfo> nearest = new ArrayList<>(found.values());
      return CompletableFuture.completedFuture(
          List.copyOf(nearest.subList(0, Math.min(peersMax, nearest.size()))));
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
              for (CompletableFuture<List<PeerInfo>> search : searches) {
                search.join().forEach(peer -> found.putIfAbsent(peer.peerId(), peer));
              }
              return next(end, last);
            });
  }
}
