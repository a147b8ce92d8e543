package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.DhtConfig;
import org.junit.jupiter.api.Test;

class LiarsRunTest {
  @Test
  void aKeyIsAlwaysFoundWhereNobodyLies() {
    DhtAttackOptions options = new DhtAttackOptions(30, 1, 200, 0, 1, false);
    DhtCrowd crowd = new DhtCrowd(options.seed(), DhtConfig.defaults(), text -> {});
    crowd.begin(options.peers(), false);
    crowd.settle();
    LiarsRun run = new LiarsRun(crowd, options, new AttackReport());
    // For about seven searches the provider itself is drawn, but it is told of others only.
    assertThat(run.searchProviders(run.announce())).isEqualTo(1);
  }
}
