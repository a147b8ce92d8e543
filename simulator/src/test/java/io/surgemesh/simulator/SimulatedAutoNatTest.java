package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.AutoNat;
import io.surgemesh.host.AutoNatConfig;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Reachability;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that ask others whether they can be dialled. */
class SimulatedAutoNatTest {
  private SimulatedNetwork network =
      new SimulatedNetwork(
          1, NetworkConfig.defaults(1).withAutoNat(Optional.of(AutoNatConfig.defaults())));
  private List<SimulatedHost> hosts = List.of();

  /** Adds some hosts, the first of which dials all others. */
  private SimulatedHost connected(int count) {
    hosts = network.addHosts(count);
    SimulatedHost first = hosts.get(0);
    hosts.subList(1, count).forEach(other -> first.connect(other.dialAddress()));
    return first;
  }

  private void runMinutes(int minutes) {
    network.time().runFor(Duration.ofMinutes(minutes));
  }

  private <T> CompletableFuture<T> done(CompletableFuture<T> future) {
    assertThat(network.time().runUntil(future::isDone, Duration.ofMinutes(1))).isTrue();
    return future;
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void aNodeLearnsWhetherOthersCanDialItAndThatItHasChanged(Level level) {
    network =
        new SimulatedNetwork(
            1,
            NetworkConfig.defaults(1)
                .withLevel(level)
                .withAutoNat(Optional.of(AutoNatConfig.defaults())));
    SimulatedHost host = connected(5);
    runMinutes(2);
    assertThat(host.reachability()).isEqualTo(Reachability.PUBLIC);
    network.setDialable(0, false);
    runMinutes(75);
    assertThat(host.reachability()).isEqualTo(Reachability.PRIVATE);
    network.setDialable(0, true);
    runMinutes(20);
    assertThat(host.reachability()).isEqualTo(Reachability.PUBLIC);
    assertThat(hosts.get(1).reachability())
        .as("has dialled nobody")
        .isEqualTo(Reachability.UNKNOWN);
  }

  @Test
  void aNodeThatNobodyCanDialKnowsAfterTwoMinutes() {
    network.setDialable(network.addHost().index(), false);
    SimulatedHost host = network.host(0);
    for (SimulatedHost other : network.addHosts(3)) {
      host.connect(other.dialAddress());
    }
    runMinutes(2);
    assertThat(host.reachability()).isEqualTo(Reachability.PRIVATE);
  }

  @Test
  void ofAPairTheOneThatTheOtherCannotDialKnowsAfterTwentyMinutes() {
    SimulatedHost host = connected(2);
    network.setDialable(0, false);
    runMinutes(10);
    assertThat(host.reachability()).isEqualTo(Reachability.UNKNOWN);
    runMinutes(10);
    assertThat(host.reachability()).isEqualTo(Reachability.PRIVATE);
    assertThat(hosts.get(1).reachability()).isEqualTo(Reachability.UNKNOWN);
  }

  @Test
  void unlessItIsAskedForNobodyAsks() {
    network = new SimulatedNetwork(1);
    SimulatedHost host = connected(5);
    runMinutes(120);
    assertThat(host.reachability()).isEqualTo(Reachability.UNKNOWN);
    assertThat(host.peerstore().protocols(hosts.get(1).peerId())).doesNotContain(AutoNat.PROTOCOL);
  }

  @Test
  void aDialBackTakesAsLongAsADialAndConnectsNobody() {
    SimulatedHost host = connected(3);
    runMinutes(1);
    Multiaddr nobody = Multiaddr.of("/ip4/10.9.9.9/tcp/4001");
    PeerInfo peer = new PeerInfo(host.peerId(), List.of(nobody, host.addresses().get(0)));
    long begun = network.time().nowNanos();
    assertThat(done(hosts.get(1).dialBack(peer)).join()).isEqualTo(host.addresses().get(0));
    assertThat(network.time().nowNanos() - begun).isPositive();
    assertThat(host.connectionsTo(hosts.get(1).peerId())).hasSize(1);
    PeerInfo liar = new PeerInfo(host.peerId(), hosts.get(2).addresses());
    assertThat(done(hosts.get(1).dialBack(liar)).handle((reached, failure) -> failure).join())
        .isInstanceOf(Unreachable.class);
  }

  @Test
  void aStreamOnWhichNothingIsAskedIsResetAndSoIsOneThatIsNotClosedAfterTheAnswer() {
    SimulatedHost host = connected(2);
    runMinutes(1);
    for (byte[] asked : List.of(new byte[0], new byte[] {4, 0x12, 2, 0x0a, 0})) {
      RecordingListener listener = new RecordingListener();
      Stream stream = done(host.open(hosts.get(1).peerId(), AutoNat.PROTOCOL, listener)).join();
      stream.write(ByteBuffer.wrap(asked));
      network.time().runFor(Duration.ofSeconds(9));
      assertThat(listener.events).noneMatch(event -> event.contains("reset"));
      network.time().runFor(Duration.ofSeconds(3));
      assertThat(listener.events).anyMatch(event -> event.contains("reset"));
    }
  }
}
