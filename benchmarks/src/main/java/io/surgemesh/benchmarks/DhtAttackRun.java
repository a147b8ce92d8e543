package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Puts a DHT to attacks, each on a network of its own. */
final class DhtAttackRun {
  private final DhtAttackOptions options;
  private final DhtConfig config;
  private final Consumer<String> progress;
  private final List<String> notes = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param config of every honest peer's DHT
   * @param progress told in a few words what is being done
   */
  DhtAttackRun(DhtAttackOptions options, DhtConfig config, Consumer<String> progress) {
    this.options = options;
    this.config = config;
    this.progress = progress;
  }

  /** Runs one attack. */
  List<Metric> run(DhtAttack attack) {
    return switch (attack) {
      case LIARS -> {
        List<Metric> metrics = new ArrayList<>(new LiarsRun(settled(), options, notes).run(20));
        metrics.addAll(new LiarsRun(settled(), options, notes).run(50));
        yield metrics;
      }
      case ECLIPSE_KEY -> new EclipseRun(settled(), options, notes).ofKey();
      case ECLIPSE_NODE -> new EclipseRun(settled(), options, notes).ofPeer();
      case CHURN -> new DhtChurnRun(settled(), options).run();
      case CAPABILITIES -> new CapabilityRun(settled(), options, notes).run();
      case KEY_GROUPS -> new KeyGroupsRun(settled(), options, notes).run();
    };
  }

  private DhtCrowd settled() {
    DhtCrowd crowd = new DhtCrowd(options.seed(), config, progress);
    crowd.begin(options.peers(), options.placed());
    crowd.settle();
    return crowd;
  }

  /** Returns what is worth knowing beside the metrics. */
  List<String> notes() {
    return notes;
  }
}
