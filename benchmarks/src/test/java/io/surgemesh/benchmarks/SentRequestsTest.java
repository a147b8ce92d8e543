package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.DhtConfig;
import io.surgemesh.market.Capability;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SentRequestsTest {
  @Test
  void whoAnnouncesAKeyAsksItsPeersAndTellsThem() {
    int peers = 12;
    DhtCrowd crowd = new DhtCrowd(1, DhtConfig.defaults(), text -> {});
    crowd.begin(peers, false);
    crowd.settle();
    SentRequests requests = new SentRequests(crowd.network());
    crowd.run(Duration.ofSeconds(1), "nothing");
    assertThat(requests.of(3)).isZero();
    long queries = crowd.now(crowd.peer(3).statistics()).queriesSent();
    crowd.peer(3).announce(new Capability("bench", "key"));
    crowd.run(Duration.ofSeconds(10), "announcing");
    assertThat(crowd.now(crowd.peer(3).statistics()).queriesSent() - queries).isEqualTo(peers - 1);
    assertThat(requests.of(3)).isEqualTo(2 * (peers - 1));
    assertThat(requests.of(4)).isZero();
  }
}
