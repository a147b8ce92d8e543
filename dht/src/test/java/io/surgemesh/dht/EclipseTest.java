package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import io.surgemesh.simulator.Topology;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One owner of many identities, in few networks, against a key and against a peer's table. */
final class EclipseTest {
  private static final int HONEST = 120;
  private static final int SYBILS = 60;
  private static final int SYBIL_NETWORKS = 4;
  private static final int GROUND = 12_000;
  private static final Capability GPU = new Capability("gpu", "3");
  private static final Key KEY = Key.of(GPU.key(MeshName.PUBLIC));

  /** What the identities do, besides keeping no record. */
  enum Kind {
    /** They route as everybody does. */
    PASSIVE,
    /** They name only one another. */
    ACTIVE,
    /** They do, as peers and as providers of whatever is asked for. */
    LYING
  }

  /** Honest peers each in a /16 of its own, the others in few. */
  private static final class Places implements Topology {
    private final LatencyModel latency =
        LatencyModel.drawn(1, Duration.ofMillis(5), Duration.ofMillis(100), Duration.ofMillis(1));

    @Override
    public int regions() {
      return 1;
    }

    @Override
    public int region(int node) {
      return 0;
    }

    @Override
    public Multiaddr address(int node) {
      int block = node < HONEST ? node : 200 + node % SYBIL_NETWORKS;
      return Multiaddr.of("/ip4/240." + block + ".0." + (1 + node));
    }

    @Override
    public LatencyModel latency() {
      return latency;
    }
  }

  private final List<SimulatedHost> sybils = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aKeyStaysFindableAmongIdentitiesGroundToIt(Kind kind) {
    DhtMesh mesh = mesh(DhtConfig.defaults());
    addSybils(mesh, kind);
    assertThat(nearestToKeyAreSybils(mesh)).isTrue();
    mesh.peer(7).announce(GPU);
    mesh.runFor(Duration.ofMinutes(3));
    for (int asker = 20; asker < 60; asker++) {
      assertThat(mesh.findProviders(asker, GPU, 5))
          .extracting(PeerInfo::peerId)
          .contains(mesh.peerId(7));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void identitiesOfAFewNetworksGetLittleOfEachTable(Kind kind) {
    DhtMesh mesh = mesh(DhtConfig.defaults());
    addSybils(mesh, kind);
    mesh.runFor(Duration.ofMinutes(25));
    for (int i = 0; i < HONEST; i++) {
      RoutingTable table = mesh.peer(i).driver().table();
      long taken = sybils.stream().filter(sybil -> table.contains(sybil.peerId())).count();
      assertThat(taken).as("of %d", table.size()).isLessThanOrEqualTo(3 * SYBIL_NETWORKS);
      assertThat(table.size() - taken).isGreaterThan(40);
    }
  }

  private static DhtMesh mesh(DhtConfig config) {
    NetworkConfig network = NetworkConfig.defaults(5).withTopology(new Places());
    DhtMesh mesh = new DhtMesh(new SimulatedNetwork(5, network, new KeyedSignatures(5)), config);
    mesh.join(List.of());
    for (int i = 1; i < HONEST; i++) {
      mesh.runFor(Duration.ofMillis(50));
      mesh.join(List.of(mesh.host(0).dialAddress()));
    }
    mesh.runFor(Duration.ofMinutes(12));
    return mesh;
  }

  private void addSybils(DhtMesh mesh, Kind kind) {
    List<KeyPair> keys = new ArrayList<>();
    for (int i = 0; i < GROUND; i++) {
      keys.add(KeyPair.fromSeed(ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(i).array()));
    }
    keys.sort(Comparator.comparing(key -> KEY.distanceTo(Key.of(key.peerId()))));
    for (KeyPair key : keys.subList(0, SYBILS)) {
      SimulatedHost host = mesh.network().addHost(key);
      sybils.add(host);
      Exchange.serve(
          host,
          DhtMesh.KAD,
          KadCodec.INSTANCE,
          KadCodec.MESSAGE_BYTES_MAX,
          (from, request) -> answer(mesh, kind, request));
      for (int i = 0; i < HONEST; i += 3) {
        var unused = host.connect(mesh.host(i).dialAddress());
      }
    }
    mesh.runFor(Duration.ofSeconds(20));
  }

  private KadMessage answer(DhtMesh mesh, Kind kind, KadMessage request) {
    if (request.type() == KadMessage.Type.PING) {
      return request;
    }
    List<PeerInfo> known = new ArrayList<>();
    sybils.forEach(sybil -> known.add(new PeerInfo(sybil.peerId(), sybil.addresses())));
    for (int i = 0; i < HONEST && kind == Kind.PASSIVE; i++) {
      known.add(mesh.info(i));
    }
    known.sort(Comparator.comparing(peer -> request.target().distanceTo(Key.of(peer.peerId()))));
    List<PeerInfo> closer = known.subList(0, 20);
    boolean lies = kind == Kind.LYING && request.type() == KadMessage.Type.GET_PROVIDERS;
    return new KadMessage(request.type(), request.key(), closer, lies ? closer : List.of());
  }

  private boolean nearestToKeyAreSybils(DhtMesh mesh) {
    Distance honest = null;
    for (int i = 0; i < HONEST; i++) {
      Distance distance = KEY.distanceTo(Key.of(mesh.peerId(i)));
      honest = honest == null || distance.compareTo(honest) < 0 ? distance : honest;
    }
    Distance nearest = honest;
    return sybils.stream()
            .filter(sybil -> KEY.distanceTo(Key.of(sybil.peerId())).compareTo(nearest) < 0)
            .count()
        >= 20;
  }
}
