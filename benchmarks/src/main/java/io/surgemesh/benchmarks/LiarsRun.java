package io.surgemesh.benchmarks;

import io.surgemesh.market.Capability;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A part of the peers, members like all others until then, conspires from one moment on. */
final class LiarsRun {
  private static final int FEW_PERCENT = 20;
  private static final int MANY_PERCENT = 50;
  private static final int[] PERCENT = {10, FEW_PERCENT, 30, 40, MANY_PERCENT};
  private static final double TARGET_OF_FEW = 0.999;
  private static final double TARGET_OF_MANY = 0.95;
  private static final int KEYS = 50;
  private static final Duration ANNOUNCING = Duration.ofMinutes(4);

  /**
   * What is found all the same.
   *
   * @param peers which part of the peers searched for
   * @param keys which part of the searches for keys
   */
  private record Found(double peers, double keys) {}

  private final DhtCrowd crowd;
  private final DhtAttackOptions options;
  private final AttackReport report;
  private final BitSet hostile = new BitSet();

  /** Measures each part of the peers on a crowd of its own. */
  static List<Metric> ofEachPart(
      Supplier<DhtCrowd> settled, DhtAttackOptions options, AttackReport report) {
    List<Metric> metrics = new ArrayList<>();
    List<Chart.Point> peers = new ArrayList<>();
    List<Chart.Point> keys = new ArrayList<>();
    for (int percent : PERCENT) {
      LiarsRun run = new LiarsRun(settled.get(), options, report);
      Found found = run.run(percent);
      peers.add(new Chart.Point(percent, found.peers));
      keys.add(new Chart.Point(percent, found.keys));
      if (percent == FEW_PERCENT || percent == MANY_PERCENT) {
        metrics.addAll(run.metrics(percent, found));
      }
    }
    String over = "per cent of the peers conspire";
    report.draw("Share of peers found, some conspire", over, false, peers);
    report.draw("Share of providers found, some conspire", over, false, keys);
    return metrics;
  }

  LiarsRun(DhtCrowd crowd, DhtAttackOptions options, AttackReport report) {
    this.crowd = crowd;
    this.options = options;
    this.report = report;
  }

  private Found run(int percent) {
    turn(percent);
    List<Integer> providers = announce();
    DhtCrowd.Counted searched =
        crowd.searchCounted(options.searches(), "peers", number -> findPeer());
    report.note("%d %% conspire: %.1f queries per search for a peer", percent, searched.queries());
    return new Found(searched.found(), searchProviders(providers));
  }

  private List<Metric> metrics(int percent, Found found) {
    String of = percent + " % of the peers name their own number alone; " + options.searches();
    double target = percent <= FEW_PERCENT ? TARGET_OF_FEW : TARGET_OF_MANY;
    return List.of(
        options.metric(
            "dht.liars." + percent + ".found",
            found.peers,
            of + " searches for peers",
            target,
            false),
        options.metric(
            "dht.liars." + percent + ".provided",
            found.keys,
            of + " searches for keys announced meanwhile",
            target,
            false));
  }

  /** Lets peers announce a key each, and returns which. */
  List<Integer> announce() {
    List<Integer> providers = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      providers.add(honest());
      crowd.peer(providers.get(i)).announce(key(i));
    }
    crowd.run(ANNOUNCING, "announcing");
    return providers;
  }

  /** Returns which part of the searches for keys succeeded. */
  double searchProviders(List<Integer> providers) {
    return crowd.search(
        options.searches(),
        "providers",
        number -> {
          int provider = providers.get(number % KEYS);
          int asker = Strangers.otherThan(provider, this::honest);
          return crowd.findProvider(asker, key(number % KEYS), provider);
        });
  }

  private void turn(int percent) {
    List<SimulatedHost> hosts = new ArrayList<>();
    while (hosts.size() < crowd.size() * percent / 100) {
      int peer = honest();
      hostile.set(peer);
      crowd.peer(peer).close();
      hosts.add(crowd.host(peer));
    }
    new Conspiracy().join(hosts);
  }

  private CompletableFuture<Boolean> findPeer() {
    int asker = honest();
    SimulatedHost wanted =
        Strangers.to(crowd.host(asker), () -> crowd.host(honest()), crowd.size());
    return crowd.peer(asker).findPeer(wanted.peerId()).thenApply(found -> found.isPresent());
  }

  private int honest() {
    int peer = crowd.up();
    while (hostile.get(peer)) {
      peer = crowd.up();
    }
    return peer;
  }

  private static Capability key(int number) {
    return new Capability("bench", Integer.toString(number));
  }
}
