package io.surgemesh.vopr;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.gossip.OfferGossipConfig;
import io.surgemesh.mesh.Offering;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.SimulatedMesh;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HostileCrowdTest {
  private static final String RUNTIME = "other:work";

  private static SimulatedMesh mesh(int kinds) {
    OfferGossipConfig offers = OfferGossipConfig.defaults().withClasses(List.of("other"));
    SimulatedMesh mesh =
        SimulatedMesh.of(
            3,
            4,
            defaults -> defaults.withSignatures(new KeyedSignatures(3)),
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.with(offers)));
    HostileCrowd crowd = new HostileCrowd(mesh, RUNTIME, new SplittableRandom(3));
    crowd.addOfEachKind(kinds);
    assertThat(mesh.network().hosts()).hasSize(mesh.size() + crowd.size());
    return mesh;
  }

  @Test
  void sybilsComeSixAtATimeAndTheOthersAlone() {
    assertThat(mesh(0).network().hosts()).hasSize(4);
    assertThat(mesh(8).network().hosts()).hasSize(4 + 8);
    assertThat(mesh(9).network().hosts()).hasSize(4 + 8 + 6);
    assertThat(mesh(10).network().hosts()).hasSize(4 + 8 + 6 + 1);
  }

  @Test
  void hostilePeersSellAndBuyWhatTheHonestOnesTrade() {
    SimulatedMesh mesh = mesh(9);
    int[] ran = new int[1];
    mesh.await(
        mesh.peer(0).offer(Offering.of(RUNTIME, 16_000, 16L << 30, 1, run -> ran[0]++)),
        Duration.ofSeconds(5));
    mesh.runFor(Duration.ofSeconds(40));
    assertThat(mesh.await(mesh.peer(1).offers().offers(), Duration.ofSeconds(1)))
        .as("one of the honest seller, one of the hostile one")
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(offer -> offer.offer().runtimes().get(0).family().equals("other"));
    assertThat(ran[0]).as("jobs of the hostile buyer that ran").isPositive();
  }

  @Test
  void oneSeedGivesOneTrace() {
    assertThat(traceAfter(9)).isEqualTo(traceAfter(9)).isNotEqualTo(traceAfter(8));
  }

  private static String traceAfter(int kinds) {
    SimulatedMesh mesh = mesh(kinds);
    mesh.runFor(Duration.ofSeconds(5));
    return mesh.network().trace().hashHex();
  }
}
