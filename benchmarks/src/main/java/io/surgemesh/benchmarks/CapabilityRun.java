package io.surgemesh.benchmarks;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Some peers announce how much they have of something; others search for at least so much. */
final class CapabilityRun {
  private static final String DIMENSION = "memory";
  private static final int BUCKETS = 8;
  private static final int WANTED_MAX = 20;
  private static final int PROVIDERS = 100;
  private static final double TARGET = 0.99;
  private static final Duration ANNOUNCING = Duration.ofMinutes(4);

  private final DhtCrowd crowd;
  private final DhtAttackOptions options;
  private final AttackReport report;
  private final List<Set<PeerId>> byBucket = new ArrayList<>();

  // By how many are asked for.
  private final int[] asked = new int[WANTED_MAX + 1];
  private final int[] answered = new int[WANTED_MAX + 1];

  CapabilityRun(DhtCrowd crowd, DhtAttackOptions options, AttackReport report) {
    this.crowd = crowd;
    this.options = options;
    this.report = report;
    for (int i = 0; i < BUCKETS; i++) {
      byBucket.add(new HashSet<>());
    }
  }

  List<Metric> run() {
    Set<Integer> providers = new HashSet<>();
    while (providers.size() < PROVIDERS) {
      int provider = crowd.up();
      if (providers.add(provider)) {
        // The more, the rarer: as with what real peers have.
        int bucket = Math.min(BUCKETS - 1, Long.numberOfTrailingZeros(crowd.random().nextLong()));
        byBucket.get(bucket).add(crowd.host(provider).peerId());
        crowd.peer(provider).announce(Capability.of(DIMENSION, 1L << bucket));
      }
    }
    crowd.run(ANNOUNCING, "announcing");
    DhtCrowd.Counted searched =
        crowd.searchCounted(
            options.searches(), "providers of at least so much", number -> search());
    report.note(
        "capabilities: %.1f queries per ask, of up to %d buckets; log2 of the peers is %.1f",
        searched.queries(), BUCKETS, Math.log(crowd.size()) / Math.log(2));
    report.draw("Share of asks answered in full", "providers asked for", false, shares());
    String against =
        PROVIDERS
            + " providers in "
            + BUCKETS
            + " buckets; asks for 1 to 20 that have at least so much, and there are as many: all"
            + " of "
            + options.searches()
            + " that got as many";
    return List.of(
        options.metric("dht.capability.found", searched.found(), against, TARGET, false));
  }

  private CompletableFuture<Boolean> search() {
    Set<PeerId> matching = new HashSet<>();
    int bucket = crowd.random().nextInt(BUCKETS);
    for (int b = bucket; b < BUCKETS; b++) {
      matching.addAll(byBucket.get(b));
    }
    int asker = crowd.up();
    matching.remove(crowd.host(asker).peerId());
    int wanted = Math.min(matching.size(), 1 + crowd.random().nextInt(WANTED_MAX));
    if (wanted == 0) {
      return CompletableFuture.completedFuture(true);
    }
    asked[wanted]++;
    return crowd
        .peer(asker)
        .findProviders(DIMENSION, 1L << bucket, wanted)
        .thenApply(found -> isFull(found, matching, wanted));
  }

  private boolean isFull(List<PeerInfo> found, Set<PeerId> matching, int wanted) {
    boolean isFull =
        found.stream().map(PeerInfo::peerId).filter(matching::contains).count() == wanted;
    answered[wanted] += isFull ? 1 : 0;
    return isFull;
  }

  private List<Chart.Point> shares() {
    return IntStream.rangeClosed(1, WANTED_MAX)
        .filter(wanted -> asked[wanted] > 0)
        .mapToObj(wanted -> new Chart.Point(wanted, (double) answered[wanted] / asked[wanted]))
        .toList();
  }
}
