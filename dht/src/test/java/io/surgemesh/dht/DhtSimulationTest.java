package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.MeshException;
import io.surgemesh.market.Capability;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.simulator.Partition;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DhtSimulationTest {
  private static final Capability GPU = new Capability("gpu", "3");

  @ParameterizedTest
  @ValueSource(ints = {2, 50, 200})
  void peersThatJoinedThroughOneFindEachOther(int count) {
    DhtMesh mesh = DhtMesh.joined(1, count);
    SplittableRandom random = new SplittableRandom(count);
    for (int i = 0; i < count; i++) {
      int wanted = random.nextInt(count);
      if (wanted == i) {
        assertThat(mesh.find(i, wanted)).isEmpty();
      } else {
        assertThat(mesh.find(i, wanted)).contains(mesh.info(wanted));
      }
    }
  }

  @Test
  void searchesAskFewPeersAndEndLongBeforeTheirDeadline() {
    DhtMesh mesh = DhtMesh.joined(2, 200);
    SplittableRandom random = new SplittableRandom(2);
    int searches = 0;
    long queries = 0;
    long nanos = 0;
    while (searches < 50) {
      int asker = random.nextInt(200);
      int wanted = random.nextInt(200);
      if (asker == wanted || mesh.areConnected(asker, wanted)) {
        continue;
      }
      long queriesBefore = mesh.queriesSent(asker);
      long before = mesh.network().time().nowNanos();
      assertThat(mesh.find(asker, wanted)).contains(mesh.info(wanted));
      nanos += mesh.network().time().nowNanos() - before;
      queries += mesh.queriesSent(asker) - queriesBefore;
      searches++;
    }
    assertThat(queries).isLessThan(25L * searches);
    assertThat(Duration.ofNanos(nanos / searches)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void providersAreFoundByWhoeverAsks() {
    DhtMesh mesh = DhtMesh.joined(3, 50);
    List<PeerInfo> announced = new ArrayList<>();
    for (int i = 10; i < 40; i++) {
      mesh.peer(i).announce(GPU);
      announced.add(mesh.info(i));
    }
    mesh.runFor(Duration.ofSeconds(20));
    for (int asker = 0; asker < 10; asker++) {
      assertThat(mesh.findProviders(asker, GPU, 256)).hasSameElementsAs(announced);
      assertThat(mesh.findProviders(asker, GPU, 20)).hasSize(20).doesNotHaveDuplicates();
    }
    assertThat(mesh.findProviders(20, GPU, 256))
        .hasSize(announced.size() - 1)
        .doesNotContain(mesh.info(20));
    assertThat(mesh.findProviders(0, new Capability("gpu", "4"), 5)).isEmpty();
  }

  @Test
  void eachOfManyCapabilitiesOfOnePeerIsFound() {
    DhtMesh mesh = DhtMesh.joined(14, 40);
    List<Capability> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(new Capability("gpu", Integer.toString(i)));
    }
    long before = mesh.queriesSent(7);
    many.forEach(mesh.peer(7)::announce);
    mesh.runFor(Duration.ofSeconds(20));
    assertThat(mesh.queriesSent(7) - before).isLessThan(10L * many.size());
    for (Capability capability : many) {
      assertThat(mesh.findProviders(20, capability, 5)).containsExactly(mesh.info(7));
    }
  }

  @Test
  void aValueIsFoundByWhoeverAsksAndReplacedByABetterOne() {
    DhtMesh mesh = new DhtMesh(new SimulatedNetwork(15), TestValues.CONFIG);
    mesh.join(List.of());
    for (int i = 1; i < 30; i++) {
      mesh.join(List.of(mesh.host(0).dialAddress()));
      mesh.runFor(Duration.ofSeconds(1));
    }
    Bytes key = TestValues.key("a");
    for (int version = 1; version < 6; version++) {
      Bytes value = TestValues.value(version, 1000 * version);
      assertThat(mesh.await(mesh.peer(3 * version).putValue(key, value)))
          .isGreaterThanOrEqualTo(15);
      assertThat(mesh.await(mesh.peer(29 - version).getValue(key))).contains(value);
    }
    mesh.network().crash(3);
    mesh.network().crash(6);
    assertThat(mesh.await(mesh.peer(20).getValue(key))).contains(TestValues.value(5, 5000));
  }

  @Test
  void aValueLastsWhileItsPutterPutsItAgainAndNoLongerThanItsTime() {
    DhtConfig config = TestValues.CONFIG.withValueExpiry(Duration.ofHours(1));
    DhtMesh mesh = new DhtMesh(new SimulatedNetwork(17), config);
    mesh.join(List.of());
    for (int i = 1; i < 30; i++) {
      mesh.runFor(Duration.ofMillis(50));
      mesh.join(List.of(mesh.host(0).dialAddress()));
    }
    mesh.runFor(Duration.ofSeconds(30));
    List<Bytes> keys = List.of(TestValues.key("kept"), TestValues.key("withdrawn"));
    for (Bytes key : keys) {
      assertThat(mesh.await(mesh.peer(7).putValue(key, TestValues.value(1)))).isGreaterThan(14);
    }
    mesh.runFor(Duration.ofMinutes(90));
    for (Bytes key : keys) {
      assertThat(mesh.await(mesh.peer(20).getValue(key))).contains(TestValues.value(1));
    }
    mesh.peer(7).withdrawValue(keys.get(1));
    mesh.runFor(Duration.ofMinutes(61));
    assertThat(mesh.await(mesh.peer(20).getValue(keys.get(0)))).contains(TestValues.value(1));
    assertThat(mesh.await(mesh.peer(20).getValue(keys.get(1)))).isEmpty();
    mesh.network().crash(7);
    mesh.runFor(Duration.ofMinutes(61));
    assertThat(mesh.await(mesh.peer(20).getValue(keys.get(0)))).isEmpty();
  }

  @Test
  void whatIsAnnouncedBeforeJoiningIsFoundAfterIt() {
    DhtMesh mesh = DhtMesh.joined(4, 20);
    Dht late = mesh.join(List.of(mesh.host(0).dialAddress()));
    late.announce(GPU);
    mesh.await(late.joined());
    mesh.runFor(Duration.ofSeconds(10));
    assertThat(mesh.findProviders(5, GPU, 1)).containsExactly(mesh.info(20));
  }

  @Test
  void recordsLastWhileTheirProviderAnnouncesAndNoLongerThanHalfAnHour() {
    DhtMesh mesh = DhtMesh.joined(5, 30);
    mesh.peer(7).announce(GPU);
    mesh.peer(8).announce(GPU);
    mesh.runFor(Duration.ofMinutes(90));
    assertThat(mesh.findProviders(3, GPU, 256))
        .containsExactlyInAnyOrder(mesh.info(7), mesh.info(8));
    mesh.peer(8).withdraw(GPU);
    mesh.runFor(Duration.ofMinutes(31));
    assertThat(mesh.findProviders(3, GPU, 256)).containsExactly(mesh.info(7));
  }

  @Test
  void searchesSucceedAfterPeersCrashed() {
    DhtMesh mesh = DhtMesh.joined(6, 100);
    for (int i = 0; i < 100; i += 10) {
      mesh.peer(i + 5).announce(GPU);
    }
    mesh.runFor(Duration.ofSeconds(10));
    // The bootstrap peer is among them.
    for (int i = 0; i < 100; i += 10) {
      mesh.network().crash(i);
    }
    for (int i = 1; i < 50; i++) {
      if (i % 10 != 0) {
        assertThat(mesh.find(i, 100 - i)).contains(mesh.info(100 - i));
      }
    }
    assertThat(mesh.findProviders(1, GPU, 256)).hasSize(10);
    mesh.runFor(Duration.ofSeconds(5));
    assertThat(mesh.find(1, 50)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theSameSeedGivesTheSameTrace(long seed) {
    String trace = traceOf(seed);
    assertThat(traceOf(seed)).isEqualTo(trace);
    assertThat(traceOf(seed + 10)).isNotEqualTo(trace);
  }

  private static String traceOf(long seed) {
    DhtMesh mesh = DhtMesh.joined(seed, 40);
    mesh.peer(3).announce(GPU);
    mesh.network().crash(5);
    mesh.find(7, 30);
    mesh.runFor(Duration.ofMinutes(30));
    mesh.findProviders(9, GPU, 4);
    return mesh.network().trace().hashHex();
  }

  @Test
  void joiningFailsWithoutAnAnswerAndSucceedsInTheBackground() {
    DhtMesh mesh = new DhtMesh(8);
    SimulatedHost bootstrap = mesh.network().addHost();
    SimulatedHost host = mesh.network().addHost();
    mesh.network().partition(0, 1);
    mesh.start(bootstrap, List.of(bootstrap.dialAddress()));
    Dht dht = mesh.start(host, List.of(bootstrap.dialAddress()));
    assertThatThrownBy(() -> mesh.await(dht.joined()))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(MeshException.Unreachable.class);
    assertThat(mesh.await(mesh.peer(0).joined())).isZero();
    mesh.network().heal(0, 1);
    mesh.runFor(Duration.ofMinutes(2));
    assertThat(dht.driver().table().size()).isEqualTo(1);
    assertThat(mesh.find(0, 1)).isPresent();
  }

  /** Nobody in either part ever knew anyone of the other. */
  @Test
  void partsThatStartedApartAreOneMeshSoonAfterTheNetworkHealed() {
    DhtMesh mesh = new DhtMesh(11);
    for (int i = 0; i < 8; i++) {
      mesh.network().addHost();
    }
    List<Multiaddr> bootstrap = List.of(mesh.host(0).dialAddress(), mesh.host(1).dialAddress());
    Partition split = mesh.network().partition(List.of(0, 2, 4, 6));
    for (int i = 0; i < 8; i++) {
      mesh.start(mesh.host(i), bootstrap);
    }
    mesh.runFor(Duration.ofMinutes(10));
    assertThat(mesh.find(2, 4)).isPresent();
    assertThat(mesh.find(2, 3)).isEmpty();
    split.heal();
    mesh.runFor(Duration.ofSeconds(25));
    assertThat(mesh.find(2, 3)).contains(mesh.info(3));
    assertThat(mesh.find(7, 6)).contains(mesh.info(6));
  }

  @Test
  void aClosedDhtAnswersNobodyAndEndsItsSearches() {
    DhtMesh mesh = DhtMesh.joined(9, 30);
    CompletableFuture<List<PeerInfo>> running = mesh.peer(3).findProviders(GPU, 1);
    mesh.peer(3).close();
    mesh.peer(3).close();
    assertThat(mesh.await(running)).isEmpty();
    assertThat(mesh.find(3, 4)).isEmpty();
    assertThat(mesh.await(mesh.peer(3).findProviders(GPU, 1))).isEmpty();
    mesh.runFor(Duration.ofMinutes(25));
    assertThat(mesh.peer(8).driver().table().size()).isLessThan(29);
  }

  @Test
  void dhtsOfDifferentProtocolsDoNotMeet() {
    DhtMesh mesh = DhtMesh.joined(12, 10);
    List<Dht> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SimulatedHost host = mesh.network().addHost();
      List<Multiaddr> bootstrap = List.of(mesh.host(0).dialAddress(), mesh.host(10).dialAddress());
      others.add(mesh.start(host, Dht.amino(bootstrap)));
      mesh.runFor(Duration.ofSeconds(5));
    }
    others.get(1).announce(GPU);
    mesh.runFor(Duration.ofSeconds(5));
    assertThat(others.get(2).driver().table().size()).isEqualTo(2);
    assertThat(mesh.await(others.get(2).findProviders(GPU, 5))).containsExactly(mesh.info(11));
    assertThat(mesh.findProviders(3, GPU, 5)).isEmpty();
    Multihash content = Multihash.sha256(new byte[] {1, 2, 3});
    others.get(1).announce(content);
    mesh.runFor(Duration.ofSeconds(5));
    assertThat(mesh.await(others.get(0).findProviders(content, 5))).containsExactly(mesh.info(11));
  }

  @Test
  void whoHasLostAllOthersIsBackThroughThoseThatAreKnownElsewhere() {
    DhtMesh mesh = DhtMesh.joined(18, 10);
    SimulatedHost host = mesh.network().addHost();
    SimulatedHost only = mesh.network().addHost();
    Dht lonely = mesh.start(host, List.of());
    mesh.start(only, List.of(host.dialAddress()));
    mesh.runFor(Duration.ofSeconds(10));
    assertThat(lonely.driver().table().size()).isEqualTo(1);
    PeerInfo self = new PeerInfo(host.peerId(), host.addresses());
    lonely.setSource(() -> List.of(self, TestPeers.info(3), mesh.info(4)));
    mesh.network().crash(11);
    mesh.runFor(Duration.ofMinutes(15));
    assertThat(lonely.driver().table().size()).isGreaterThanOrEqualTo(9);
  }

  @Test
  void theContentOfAMultihashIsFoundUntilItIsWithdrawn() {
    DhtMesh mesh = DhtMesh.joined(17, 10);
    Multihash content = Multihash.sha256(new byte[] {1, 2, 3});
    mesh.peer(1).announce(content);
    mesh.runFor(Duration.ofSeconds(5));
    assertThat(mesh.await(mesh.peer(4).findProviders(content, 5))).containsExactly(mesh.info(1));
    mesh.peer(1).withdraw(content);
    mesh.runFor(Duration.ofMinutes(31));
    assertThat(mesh.await(mesh.peer(4).findProviders(content, 5))).isEmpty();
    Multihash tooLong = Multihash.identity(new byte[90]);
    assertThatThrownBy(() -> mesh.peer(1).announce(tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("92 bytes");
  }

  @Test
  void aPeerOfAnotherProtocolIsNamedByWhoeverHasMetIt() {
    DhtMesh mesh = DhtMesh.joined(16, 10);
    SimulatedHost other = mesh.network().addHost();
    List<Multiaddr> bootstrap = List.of(mesh.host(0).dialAddress());
    mesh.start(other, Dht.amino(bootstrap));
    mesh.runFor(Duration.ofSeconds(5));
    mesh.host(0).disconnect(other.peerId());
    assertThat(mesh.host(5).peerstore().addresses(other.peerId())).isEmpty();
    assertThat(mesh.await(mesh.peer(5).findPeer(other.peerId())).orElseThrow().addresses())
        .isEqualTo(other.addresses());
  }

  @Test
  void thePeersOfAMeshAreCountedAboutRight() {
    DhtMesh mesh = DhtMesh.joined(13, 100);
    mesh.runFor(Duration.ofMinutes(25));
    DhtStatistics statistics = mesh.await(mesh.peer(7).statistics());
    NetworkSize size = statistics.networkSize().orElseThrow();
    assertThat(size.peers()).isBetween(60.0, 150.0);
    assertThat(size.error()).isBetween(0.01, 0.4);
  }

  @Test
  void aPeerThatMovedIsFoundAtItsNewAddress() {
    DhtMesh mesh = DhtMesh.joined(10, 30);
    Optional<PeerInfo> known = mesh.find(3, 9);
    mesh.network().crash(9);
    mesh.runFor(Duration.ofSeconds(1));
    SimulatedHost moved = mesh.network().addHost(mesh.host(9).key());
    mesh.start(moved, List.of(mesh.host(0).dialAddress()));
    mesh.runFor(Duration.ofSeconds(10));
    mesh.host(3).disconnect(moved.peerId());
    mesh.runFor(Duration.ofSeconds(1));
    assertThat(known.orElseThrow().addresses()).doesNotContainAnyElementsOf(moved.addresses());
    assertThat(mesh.await(mesh.peer(3).findPeer(moved.peerId())).orElseThrow().addresses())
        .containsAll(moved.addresses());
  }
}
