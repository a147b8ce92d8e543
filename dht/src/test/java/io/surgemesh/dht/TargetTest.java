package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the very peer that is searched for is told of. */
final class TargetTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final DhtMesh mesh = DhtMesh.joined(1, 5);

  /** One that does not serve the DHT, so that no table holds it. */
  private final SimulatedHost client = mesh.network().addHost();

  private final PeerInfo clientInfo = new PeerInfo(client.peerId(), client.addresses());

  private List<PeerInfo> closer(PeerId target) {
    return closer(target.bytes());
  }

  private List<PeerInfo> closer(Bytes key) {
    client.peerstore().addAddresses(mesh.peerId(0), mesh.host(0).addresses());
    KadMessage request = KadMessage.of(KadMessage.Type.FIND_NODE, key);
    return mesh.await(
            Exchange.call(
                client,
                mesh.peerId(0),
                DhtMesh.KAD,
                KadCodec.INSTANCE,
                request,
                KadCodec.MESSAGE_BYTES_MAX,
                TIMEOUT))
        .closer();
  }

  private SimulatedHost connectedClient() {
    SimulatedHost another = mesh.network().addHost();
    mesh.await(another.connect(mesh.host(0).dialAddress()));
    mesh.runFor(Duration.ofSeconds(1));
    return another;
  }

  @Test
  void aPeerAskedForItselfNamesItselfFirst() {
    assertThat(closer(mesh.peerId(0))).hasSize(5).first().isEqualTo(mesh.info(0));
  }

  @Test
  void aPeerAskedForAnotherOrForAKeyDoesNotNameItself() {
    assertThat(closer(mesh.peerId(1))).hasSize(4).first().isEqualTo(mesh.info(1));
    assertThat(closer(client.peerId())).hasSize(4).doesNotContain(mesh.info(0), clientInfo);
  }

  @Test
  void aConnectedPeerIsNamedThoughItDoesNotServe() {
    SimulatedHost another = connectedClient();
    assertThat(closer(another.peerId()))
        .hasSize(5)
        .first()
        .isEqualTo(new PeerInfo(another.peerId(), another.addresses()));
    mesh.host(0).disconnect(another.peerId());
    mesh.runFor(Duration.ofSeconds(1));
    assertThat(closer(another.peerId())).as("met once").hasSize(5);
  }

  @Test
  void hearsayIsNotHandedOn() {
    PeerInfo stranger = TestPeers.info(77);
    mesh.host(0).peerstore().add(stranger);
    assertThat(closer(stranger.peerId())).hasSize(4).doesNotContain(stranger);
  }

  @Test
  void madeUpAddressesOfAPeerThatWasMetAreNotHandedOn() {
    List<Multiaddr> madeUp = IntStream.range(500, 520).mapToObj(TestPeers::address).toList();
    mesh.host(0).peerstore().add(new PeerInfo(mesh.peerId(1), madeUp));
    assertThat(mesh.host(0).peerstore().addresses(mesh.peerId(1))).containsAll(madeUp);
    assertThat(closer(mesh.peerId(1))).hasSize(4).first().isEqualTo(mesh.info(1));
    SimulatedHost another = connectedClient();
    mesh.host(0).peerstore().add(new PeerInfo(another.peerId(), madeUp));
    assertThat(closer(another.peerId()))
        .first()
        .isEqualTo(new PeerInfo(another.peerId(), another.addresses()));
  }

  @Test
  void aPeerThatDoesNotServeIsFoundThroughWhomItIsConnectedTo() {
    SimulatedHost another = connectedClient();
    assertThat(mesh.await(mesh.peer(3).findPeer(another.peerId())))
        .contains(new PeerInfo(another.peerId(), another.addresses()));
    assertThat(mesh.await(mesh.peer(3).findPeer(TestPeers.peer(78)))).isEmpty();
  }

  @Test
  void keysThatAreNoPeersAreAnsweredAsWell() {
    for (int size : new int[] {1, 32, 34, 80}) {
      assertThat(closer(Bytes.of(new byte[size]))).hasSize(4);
    }
  }

  @Test
  void aPeerThatDoesNotServeTheDhtIsFoundAsSoonAsItIsReached() {
    DhtMesh large = DhtMesh.joined(3, 90);
    SimulatedHost another = large.network().addHost();
    for (int i = 0; i < 90; i += 2) {
      large.await(another.connect(large.host(i).dialAddress()));
    }
    large.runFor(Duration.ofSeconds(1));
    int asker = 1;
    long before = large.queriesSent(asker);
    assertThat(large.await(large.peer(asker).findPeer(another.peerId()))).isPresent();
    assertThat(large.queriesSent(asker) - before).isLessThan(30);
  }
}
