package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Exchange;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import io.surgemesh.simulator.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the owner of one address and many identities can fill of a peer's stores. */
final class StoreSharesTest {
  private static final int IDENTITIES = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int KEYS = ProviderStore.KEYS_PER_PEER_MAX;

  /** A peer, an honest one, and all others at one address. */
  private static final class Places implements Topology {
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
      return Multiaddr.of("/ip4/240." + Math.min(node, 2) + ".0.1/tcp/" + (4001 + node));
    }

    @Override
    public LatencyModel latency() {
      return LatencyModel.drawn(
          1, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(1));
    }
  }

  private final DhtMesh mesh =
      new DhtMesh(
          new SimulatedNetwork(
              1, NetworkConfig.defaults(1).withTopology(new Places()), new KeyedSignatures(1)),
          DhtConfig.defaults());

  private void announce(SimulatedHost host, List<Bytes> keys) {
    host.peerstore().addAddresses(mesh.peerId(0), mesh.host(0).addresses());
    new Announcements(host, new Whereabouts(host), DhtMesh.KAD, PATIENCE)
        .tell(mesh.peerId(0), keys);
    mesh.runFor(PATIENCE);
  }

  private static List<Bytes> keys(String name) {
    return IntStream.range(0, KEYS).mapToObj(i -> TestPeers.key(name + " " + i)).toList();
  }

  private long keptOf(List<Bytes> keys) {
    return keys.stream().filter(this::isKept).count();
  }

  private boolean isKept(Bytes key) {
    KadMessage request = KadMessage.of(KadMessage.Type.GET_PROVIDERS, key);
    CompletableFuture<KadMessage> answer =
        Exchange.call(
            mesh.host(1),
            mesh.peerId(0),
            DhtMesh.KAD,
            KadCodec.INSTANCE,
            request,
            KadCodec.MESSAGE_BYTES_MAX,
            PATIENCE);
    return !mesh.await(answer).providers().isEmpty();
  }

  @Test
  void whoHasOneAddressLeavesRoomForOthers() {
    mesh.join(List.of());
    SimulatedHost honest = mesh.network().addHost();
    honest.peerstore().addAddresses(mesh.peerId(0), mesh.host(0).addresses());
    long kept = 0;
    for (int i = 0; i < IDENTITIES; i++) {
      announce(mesh.network().addHost(), keys("junk " + i));
      kept += keptOf(keys("junk " + i));
    }
    assertThat(kept).isEqualTo(ProviderStore.KEYS_MAX / 8);
    announce(honest, keys("honest"));
    assertThat(keptOf(keys("honest"))).isEqualTo(KEYS);
  }
}
