package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtConfig;
import java.util.List;
import java.util.function.Consumer;

/** Puts a DHT to attacks, each on a network of its own. */
final class DhtAttackRun {
  private final DhtAttackOptions options;
  private final DhtConfig config;
  private final Consumer<String> progress;
  private final AttackReport report = new AttackReport();

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
      case LIARS -> LiarsRun.ofEachPart(this::settled, options, report);
      case ECLIPSE_KEY -> new EclipseRun(settled(), options, report).ofKey();
      case ECLIPSE_NODE -> new EclipseRun(settled(), options, report).ofPeer();
      case CHURN -> DhtChurnRun.ofEachPace(this::settled, options, report);
      case CAPABILITIES -> new CapabilityRun(settled(), options, report).run();
      case KEY_GROUPS -> new KeyGroupsRun(settled(), options, report).run();
    };
  }

  private DhtCrowd settled() {
    DhtCrowd crowd = new DhtCrowd(options.seed(), config, progress);
    crowd.begin(options.peers(), options.placed());
    crowd.settle();
    return crowd;
  }

  /** Returns what there is beside the metrics. */
  AttackReport report() {
    return report;
  }
}
