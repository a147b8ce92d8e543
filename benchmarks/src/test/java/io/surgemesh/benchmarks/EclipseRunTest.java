package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.DhtConfig;
import org.junit.jupiter.api.Test;

class EclipseRunTest {
  @Test
  void aKeyIsAlwaysFoundWhereNobodyAttacks() {
    DhtAttackOptions options = new DhtAttackOptions(30, 1, 200, 0, 1, false);
    DhtCrowd crowd = new DhtCrowd(options.seed(), DhtConfig.defaults(), text -> {});
    crowd.begin(options.peers(), false);
    crowd.settle();
    // For about seven searches the provider itself is drawn, but it is told of others only.
    assertThat(new EclipseRun(crowd, options, new AttackReport()).ofKey())
        .extracting(Metric::value)
        .containsExactly(1.0);
  }
}
