package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtStatistics;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Lookups of live peers by live peers who had nothing to do with them, one begun after another. */
final class DhtLookups {
  private static final Duration INTERVAL = Duration.ofMillis(5);
  private static final Duration END = Duration.ofSeconds(90);

  private final DhtCrowd crowd;
  private final int count;
  private final List<Long> took = new ArrayList<>();
  private final List<Long> direct = new ArrayList<>();
  private int over;
  private long searches;
  private long queries;
  private long rounds;

  DhtLookups(DhtCrowd crowd, int count) {
    this.crowd = crowd;
    this.count = count;
  }

  /**
   * Runs them.
   *
   * @param from the number of the first peer who may ask
   * @param to that of the first after these who may not
   * @throws Strangers.NoneLeftException when there are too few peers
   */
  void run(int from, int to) {
    List<DhtStatistics> before = crowd.statistics();
    VirtualTime time = crowd.network().time();
    for (int i = 0; i < count; i++) {
      begin(crowd.up(from, to));
      time.runFor(INTERVAL);
    }
    time.runUntil(() -> over == count, END);
    List<DhtStatistics> after = crowd.statistics();
    for (int i = 0; i < before.size(); i++) {
      searches += after.get(i).searches() - before.get(i).searches();
      queries += after.get(i).searchQueries() - before.get(i).searchQueries();
      rounds += after.get(i).searchRounds() - before.get(i).searchRounds();
    }
  }

  private void begin(int asker) {
    SimulatedHost host = crowd.host(asker);
    SimulatedHost wanted = Strangers.to(host, () -> crowd.host(crowd.up()), crowd.size());
    long startNanos = host.loop().nowNanos();
    long directNanos = crowd.roundTripNanos(asker, wanted.index());
    CompletableFuture<Void> unused =
        crowd
            .peer(asker)
            .findPeer(wanted.peerId())
            .thenAccept(
                found -> {
                  over++;
                  // Hearing where a peer is does not count, only its own answer.
                  if (found.isPresent() && host.isConnected(wanted.peerId())) {
                    took.add(host.loop().nowNanos() - startNanos);
                    direct.add(directNanos);
                  }
                });
  }

  /** Returns what they took, once they have run. */
  LookupFigures figures(long medianRoundTripNanos) {
    return new LookupFigures(
        took.stream().sorted().toList(),
        direct.stream().sorted().toList(),
        count,
        medianRoundTripNanos,
        (double) queries / searches,
        (double) rounds / searches);
  }
}
