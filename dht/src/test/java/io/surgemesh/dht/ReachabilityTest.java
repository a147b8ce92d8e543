package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.AutoNatConfig;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Reachability;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Peers that nobody can dial, among others. */
final class ReachabilityTest {
  private static final int PEERS = 60;

  private static DhtMesh mesh(Optional<AutoNatConfig> autoNat) {
    return new DhtMesh(
        new SimulatedNetwork(1, NetworkConfig.defaults(1).withAutoNat(autoNat)),
        DhtConfig.defaults());
  }

  private static DhtMesh asking() {
    return mesh(Optional.of(AutoNatConfig.defaults()));
  }

  private static void join(
      DhtMesh mesh,
      int count,
      IntPredicate isDialable,
      Function<List<Multiaddr>, PeerRouting.Factory> factory) {
    for (int i = 0; i < count; i++) {
      SimulatedHost host = mesh.network().addHost();
      mesh.network().setDialable(i, isDialable.test(i));
      mesh.start(host, factory.apply(i == 0 ? List.of() : List.of(mesh.host(0).dialAddress())));
      mesh.runFor(Duration.ofMillis(500));
    }
  }

  private static void join(DhtMesh mesh, int count, IntPredicate isDialable) {
    join(mesh, count, isDialable, bootstrap -> Dht.joining(bootstrap, DhtConfig.defaults()));
  }

  /** Three of ten cannot be dialled. */
  private static boolean isDialable(int index) {
    return index % 10 < 7;
  }

  /** Returns how many tables hold a peer. */
  private static int holders(DhtMesh mesh, int count, int index) {
    PeerId peer = mesh.peerId(index);
    int holders = 0;
    for (int i = 0; i < count; i++) {
      holders += mesh.peer(i).driver().table().contains(peer) ? 1 : 0;
    }
    return holders;
  }

  @Test
  void whoCannotBeDialledIsInNobodysTableAfterThreeMinutesAndNamedByWhomItIsConnectedTo() {
    DhtMesh mesh = asking();
    join(mesh, PEERS, ReachabilityTest::isDialable);
    mesh.runFor(Duration.ofMinutes(3));
    SimulatedHost stranger = mesh.network().addHost();
    for (int i = 0; i < PEERS; i++) {
      assertThat(holders(mesh, PEERS, i) > 0).as("tables with %s", i).isEqualTo(isDialable(i));
      if (!isDialable(i)) {
        assertThat(mesh.host(i).connectedPeers()).isNotEmpty();
        PeerId other = mesh.host(i).connectedPeers().iterator().next();
        assertThat(namedFirst(mesh, stranger, other, mesh.peerId(i))).isEqualTo(mesh.info(i));
      }
    }
  }

  /** Asks a peer where another one is, and returns whom it names first. */
  private static PeerInfo namedFirst(
      DhtMesh mesh, SimulatedHost asker, PeerId asked, PeerId wanted) {
    for (SimulatedHost host : mesh.network().hosts()) {
      if (host.peerId().equals(asked)) {
        asker.peerstore().addAddresses(asked, host.addresses());
      }
    }
    KadMessage answer =
        mesh.await(
            Exchange.call(
                asker,
                asked,
                DhtMesh.KAD,
                KadCodec.INSTANCE,
                KadMessage.of(KadMessage.Type.FIND_NODE, wanted.bytes()),
                KadCodec.MESSAGE_BYTES_MAX,
                Duration.ofSeconds(10)));
    return answer.closer().get(0);
  }

  @Test
  void allFindWhoCanBeDialledAndWhoIsConnectedToThem() {
    DhtMesh mesh = asking();
    join(mesh, PEERS, ReachabilityTest::isDialable);
    mesh.runFor(Duration.ofMinutes(10));
    for (int asker : new int[] {11, 12, 18, 29}) {
      for (int i = 0; i < PEERS; i++) {
        if (i != asker && (isDialable(i) || mesh.areConnected(asker, i))) {
          assertThat(mesh.find(asker, i)).as("%s finds %s", asker, i).isPresent();
        }
      }
    }
  }

  @Test
  void onceOthersCanDialItAPeerServesAndEntersTables() {
    DhtMesh mesh = asking();
    join(mesh, PEERS, i -> i != 30);
    mesh.runFor(Duration.ofMinutes(5));
    assertThat(holders(mesh, PEERS, 30)).isZero();
    assertThat(mesh.host(30).reachability()).isEqualTo(Reachability.PRIVATE);
    mesh.network().setDialable(30, true);
    mesh.runFor(Duration.ofMinutes(20));
    assertThat(mesh.host(30).reachability()).isEqualTo(Reachability.PUBLIC);
    assertThat(holders(mesh, PEERS, 30)).isGreaterThan(20);
  }

  @Test
  void aPeerThatNobodyCanDialAnyMoreStopsServing() {
    DhtMesh mesh = asking();
    join(mesh, PEERS, i -> true);
    mesh.runFor(Duration.ofMinutes(5));
    assertThat(holders(mesh, PEERS, 30)).isPositive();
    mesh.network().setDialable(30, false);
    mesh.runFor(Duration.ofMinutes(100));
    assertThat(holders(mesh, PEERS, 30)).isZero();
    assertThat(mesh.find(30, 17)).as("it searches like everyone").isPresent();
  }

  @Test
  void aPeerThatNobodyCanDialAnnouncesNothing() {
    DhtMesh mesh = asking();
    join(mesh, 10, i -> i != 5);
    mesh.runFor(Duration.ofMinutes(3));
    Capability gpu = new Capability("gpu", "3");
    mesh.peer(5).announce(gpu);
    mesh.peer(6).announce(gpu);
    mesh.runFor(Duration.ofMinutes(1));
    assertThat(mesh.findProviders(2, gpu, 5))
        .extracting(PeerInfo::peerId)
        .containsExactly(mesh.peerId(6));
  }

  @Test
  void aPeerThatNobodyCanDialTellsNobodyThatItIsThereUntilItCanBe() {
    DhtMesh mesh = asking();
    join(
        mesh,
        PEERS,
        i -> i != 30,
        bootstrap -> Dht.joining(bootstrap, DhtConfig.defaults(), HintsConfig.defaults()));
    mesh.runFor(Duration.ofMinutes(75));
    assertThat(hintsOf(mesh, 30)).isZero();
    assertThat(hintsOf(mesh, 31)).isGreaterThan(50);
    mesh.network().setDialable(30, true);
    mesh.runFor(Duration.ofMinutes(30));
    assertThat(hintsOf(mesh, 30)).isGreaterThan(50);
  }

  /** Returns how many peers have a hint of one. */
  private static int hintsOf(DhtMesh mesh, int index) {
    int count = 0;
    for (int i = 0; i < PEERS; i++) {
      Hints hints = Objects.requireNonNull(mesh.peer(i).driver().hints());
      count += i != index && hints.find(mesh.peerId(index)) != null ? 1 : 0;
    }
    return count;
  }

  @Test
  void aConnectedPeerThatStopsServingLeavesTheTablesAtOnce() {
    DhtMesh mesh = DhtMesh.joined(1, 10);
    mesh.peer(4).close();
    mesh.runFor(Duration.ofSeconds(2));
    int holders = 0;
    for (int i = 0; i < 10; i++) {
      boolean holds = mesh.peer(i).driver().table().contains(mesh.peerId(4));
      holders += holds && mesh.areConnected(i, 4) ? 1 : 0;
    }
    assertThat(holders).isZero();
  }

  @Test
  void toAskCostsAnIdlePeerLessThanAHundredthOfAKilobitPerSecond() {
    List<Double> kilobits = new ArrayList<>();
    for (Optional<AutoNatConfig> config :
        List.of(Optional.<AutoNatConfig>empty(), Optional.of(AutoNatConfig.defaults()))) {
      DhtMesh mesh = mesh(config);
      join(mesh, PEERS, i -> true);
      mesh.runFor(Duration.ofMinutes(30));
      long before = mesh.network().trace().wireBytes();
      mesh.runFor(Duration.ofHours(3));
      long bytes = mesh.network().trace().wireBytes() - before;
      kilobits.add(bytes * 8 / 1000.0 / PEERS / Duration.ofHours(3).toSeconds());
    }
    assertThat(kilobits.get(1) - kilobits.get(0)).isLessThan(0.01);
  }
}
