package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.SearchRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyGroupsRunTest {
  private static final KeyGroupsRun.Crowding LIARS = new KeyGroupsRun.Crowding(true, 100, 8);
  private static final KeyGroupsRun.Crowding SILENT = new KeyGroupsRun.Crowding(false, 100, 8);

  @Test
  void aCrowdedKeyIsFoundAndCostsAtMostTwiceAsMuchToAnnounceAsOthers() {
    List<Metric> metrics = run(DhtConfig.defaults());
    assertThat(metrics)
        .extracting(Metric::id)
        .containsExactly(
            "dht.eclipse.key.active#120-100-of-8",
            "dht.eclipse.key.passive#120-100-of-8",
            "dht.eclipse.key.overhead#120");
    assertThat(metrics.get(0).met()).isTrue();
    assertThat(metrics.get(1).met()).isTrue();
    assertThat(metrics.get(2).value().doubleValue()).isBetween(0.5, 2.0);
  }

  @Test
  void aCrowdHidesAKeyFromPeersThatAskTheNearestAlone() {
    DhtConfig plain =
        DhtConfig.defaults()
            .withPaths(0)
            .withRules(SearchRules.PLAIN)
            .withIpGroupPeersMax(DhtConfig.IP_GROUP_PEERS_ALL);
    List<Metric> metrics = run(plain);
    assertThat(metrics.get(0).met()).isFalse();
    assertThat(metrics.get(1).met()).isFalse();
  }

  private static List<Metric> run(DhtConfig config) {
    DhtAttackOptions options = new DhtAttackOptions(120, 1, 40, 0, 1, false);
    DhtCrowd crowd = new DhtCrowd(options.seed(), config, text -> {});
    crowd.begin(options.peers(), false);
    crowd.settle();
    return new KeyGroupsRun(crowd, options, new AttackReport()).run(List.of(LIARS, SILENT));
  }
}
