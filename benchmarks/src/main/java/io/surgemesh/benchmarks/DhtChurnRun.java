package io.surgemesh.benchmarks;

import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Half of the peers are replaced every ten minutes, while those that are there search. */
final class DhtChurnRun {
  /** The target's. */
  private static final int HALF_LIFE_MINUTES = 10;

  private static final int[] HALF_LIVES_MINUTES = {5, HALF_LIFE_MINUTES};
  private static final Duration WARM_UP = Duration.ofMinutes(20);
  private static final double TARGET = 0.995;

  /** A peer is searched for once it has been there for so many replacements. */
  private static final int NEW = 50;

  /** So many stay that took part in a search last. */
  private static final int SPARED = 40;

  private final DhtCrowd crowd;
  private final DhtAttackOptions options;
  private final Duration interval;
  private final Deque<Integer> spared = new ArrayDeque<>();

  /** Measures each pace on a crowd of its own. */
  static List<Metric> ofEachPace(
      Supplier<DhtCrowd> settled, DhtAttackOptions options, AttackReport report) {
    List<Metric> metrics = new ArrayList<>();
    List<Chart.Point> points = new ArrayList<>();
    for (int minutes : HALF_LIVES_MINUTES) {
      DhtChurnRun run = new DhtChurnRun(settled.get(), options, Duration.ofMinutes(minutes));
      double found = run.run();
      points.add(new Chart.Point(minutes, found));
      report.note("half of the peers replaced every %d min: %.4f found", minutes, found);
      if (minutes == HALF_LIFE_MINUTES) {
        metrics.add(run.metric(found));
      }
    }
    report.draw("Share of peers found, half replaced", "minutes that takes", false, points);
    return metrics;
  }

  private DhtChurnRun(DhtCrowd crowd, DhtAttackOptions options, Duration halfLife) {
    this.crowd = crowd;
    this.options = options;
    this.interval = halfLife.dividedBy(options.peers() / 2);
  }

  private double run() {
    for (long left = WARM_UP.dividedBy(interval); left > 0; left--) {
      replaceOne();
    }
    return crowd.search(options.searches(), "peers while they come and go", number -> search());
  }

  private Metric metric(double found) {
    String against =
        "half of the peers crash and others join every 10 min, for 20 min before the first of "
            + options.searches()
            + " searches for peers that are there";
    return options.metric("dht.churn.found", found, against, TARGET, false);
  }

  private void replaceOne() {
    int gone = crowd.up();
    while (spared.contains(gone)) {
      gone = crowd.up();
    }
    crowd.network().crash(gone);
    crowd.joinOne();
    while (spared.size() > SPARED) {
      spared.remove();
    }
    crowd.network().time().runFor(interval);
  }

  private CompletableFuture<Boolean> search() {
    replaceOne();
    int asker = known();
    SimulatedHost wanted = Strangers.to(crowd.host(asker), () -> crowd.host(known()), crowd.size());
    // Who goes while it is searched for is not to be found.
    spared.add(asker);
    spared.add(wanted.index());
    return crowd.peer(asker).findPeer(wanted.peerId()).thenApply(found -> found.isPresent());
  }

  private int known() {
    int peer = crowd.up();
    while (peer >= crowd.size() - NEW) {
      peer = crowd.up();
    }
    return peer;
  }
}
