package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedHostTest {
  private final TwoNodes nodes = new TwoNodes();
  private final List<String> log = new ArrayList<>();

  private ConnectionListener logging(SimulatedHost host) {
    return new ConnectionListener() {
      @Override
      public void onConnected(PeerId peer) {
        note("connected");
      }

      @Override
      public void onDisconnected(PeerId peer) {
        note("disconnected");
      }

      @Override
      public void onIdentified(PeerId peer) {
        note("identified");
      }

      private void note(String what) {
        assertThat(host.loop().inLoop()).isTrue();
        log.add(host.loop().nowNanos() / 1_000_000 + " " + host.index() + " " + what);
      }
    };
  }

  @Test
  void bothEndsAreToldOfAConnectionAndWhoIsThere() {
    nodes.near.addListener(logging(nodes.near));
    nodes.far.addListener(logging(nodes.far));
    Connection connection = nodes.connect();
    nodes.runMillis(100);
    assertThat(log)
        .containsExactly("50 1 connected", "60 0 connected", "70 1 identified", "80 0 identified");
    assertThat(connection.remotePeer()).isEqualTo(nodes.far.peerId());
    assertThat(connection.isOutbound()).isTrue();
    assertThat(nodes.near.connection(nodes.far.peerId())).containsSame(connection);
    assertThat(nodes.far.connection(nodes.near.peerId()))
        .hasValueSatisfying(other -> assertThat(other.isOutbound()).isFalse());
    assertThat(nodes.near.connectedPeers()).containsExactly(nodes.far.peerId());
    assertThat(nodes.near.peerstore().protocols(nodes.far.peerId()))
        .containsExactly(Identify.PROTOCOL, Identify.PUSH, Ping.PROTOCOL, TALK);
    assertThat(nodes.far.peerstore().addresses(nodes.near.peerId()))
        .isEqualTo(nodes.near.addresses());

    log.clear();
    nodes.near.disconnect(nodes.far.peerId());
    nodes.runMillis(100);
    assertThat(log).containsExactly("160 0 disconnected", "170 1 disconnected");
    assertThat(nodes.near.connection(nodes.far.peerId())).isEmpty();
    assertThat(nodes.far.connectedPeers()).isEmpty();
  }

  @Test
  void theAddressThatWasDialledIsKnownBeforeIdentifyTellsIt() {
    nodes.connect();
    assertThat(nodes.near.peerstore().protocols(nodes.far.peerId())).isEmpty();
    assertThat(nodes.near.peerstore().addresses(nodes.far.peerId()))
        .isEqualTo(nodes.far.addresses());
  }

  @Test
  void aListenerAddedLateHearsOfPeersAlreadyThere() {
    nodes.connect();
    nodes.runMillis(40);
    nodes.near.addListener(logging(nodes.near));
    nodes.runMillis(1);
    assertThat(log).containsExactly("100 0 connected", "100 0 identified");
  }

  @Test
  void severalCallsShareOneDialAndOneConnection() {
    nodes.near.peerstore().addAddresses(nodes.far.peerId(), nodes.far.addresses());
    CompletableFuture<Connection> first = nodes.near.connect(nodes.far.peerId());
    CompletableFuture<Connection> second = nodes.near.connect(nodes.far.peerId());
    first.cancel(false);
    assertThat(nodes.await(second)).isSameAs(nodes.await(nodes.near.connect(nodes.far.peerId())));
    assertThat(nodes.await(nodes.near.connect(nodes.far.dialAddress()))).isSameAs(second.join());
  }

  @Test
  void connectingTakesThreeRoundTrips() {
    nodes.connect();
    assertThat(nodes.network.time().nowNanos()).isEqualTo(60_000_000);
  }

  @Test
  void dialsFailForTheReasonsOfTheWorld() {
    PeerId far = nodes.far.peerId();
    Multiaddr nobody = Multiaddr.of("/ip4/10.9.9.9/tcp/4001");
    assertThat(reason(nodes.near.connect(far))).isEqualTo(Unreachable.Reason.NO_ADDRESS);
    assertThat(reason(nodes.near.connect(nobody))).isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    assertThat(reason(nodes.near.connect(nodes.near.dialAddress())))
        .isEqualTo(Unreachable.Reason.SELF_DIAL);
    assertThat(reason(nodes.near.connect(nodes.near.addresses().get(0))))
        .isEqualTo(Unreachable.Reason.SELF_DIAL);
    nodes.far.close();
    assertThat(reason(nodes.near.connect(nodes.far.dialAddress())))
        .isEqualTo(Unreachable.Reason.CONNECT_FAILED);
    nodes.near.close();
    assertThat(reason(nodes.near.connect(nodes.far.dialAddress())))
        .isEqualTo(Unreachable.Reason.CLOSED);
  }

  @Test
  void anotherPeerAtTheAddressIsRefusedAndTheAddressForgotten() {
    SimulatedHost third = nodes.network.addHost();
    nodes.near.peerstore().addAddresses(third.peerId(), nodes.far.addresses());
    assertThat(reason(nodes.near.connect(third.peerId()))).isEqualTo(Unreachable.Reason.WRONG_PEER);
    assertThat(nodes.near.peerstore().addresses(third.peerId())).isEmpty();
    assertThat(nodes.near.connectedPeers()).isEmpty();
  }

  @Test
  void theNextAddressIsTriedWhenOneFails() {
    nodes
        .near
        .peerstore()
        .addAddresses(
            nodes.far.peerId(),
            List.of(Multiaddr.of("/ip4/10.9.9.9/tcp/4001"), nodes.far.addresses().get(0)));
    assertThat(nodes.await(nodes.near.connect(nodes.far.peerId())).remoteAddress())
        .isEqualTo(nodes.far.addresses().get(0));
  }

  @Test
  void aFailedDialMayBeTriedAgainFromItsOwnCallback() {
    CompletableFuture<Connection> second =
        nodes
            .near
            .connect(nodes.far.peerId())
            .exceptionallyCompose(
                failure -> {
                  nodes.near.peerstore().addAddresses(nodes.far.peerId(), nodes.far.addresses());
                  return nodes.near.connect(nodes.far.peerId());
                });
    assertThat(nodes.await(second)).isNotNull();
  }

  @Test
  void closingAHostWhileItDialsFailsTheDial() {
    CompletableFuture<Connection> dialled = nodes.near.connect(nodes.far.dialAddress());
    nodes.runMillis(15);
    nodes.near.close();
    assertThat(reason(dialled)).isEqualTo(Unreachable.Reason.CLOSED);
    nodes.runMillis(1000);
    assertThat(nodes.far.connectedPeers()).isEmpty();
  }

  @Test
  void aSeedGivesTheSameKeysAddressesAndRandomNumbers() {
    SimulatedHost first = new SimulatedNetwork(9).addHost();
    SimulatedHost second = new SimulatedNetwork(9).addHost();
    SimulatedHost other = new SimulatedNetwork(10).addHost();
    assertThat(first.peerId()).isEqualTo(second.peerId()).isNotEqualTo(other.peerId());
    assertThat(first.addresses()).isEqualTo(List.of(Multiaddr.of("/ip4/10.0.0.1/tcp/4001")));
    assertThat(first.random("dht").nextLong())
        .isEqualTo(second.random("dht").nextLong())
        .isNotEqualTo(first.random("gossip").nextLong())
        .isNotEqualTo(other.random("dht").nextLong());
  }

  private Unreachable.Reason reason(CompletableFuture<Connection> dialled) {
    Throwable failure = nodes.awaitFailure(dialled);
    assertThat(failure).isInstanceOf(Unreachable.class);
    return ((Unreachable) failure).reason();
  }
}
