package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.surgemesh.host.AutoNatConfig;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Peerstore;
import io.surgemesh.host.Reachability;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.HostLimits;
import io.surgemesh.netty.MdnsDiscovery;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole DHTs on sockets of this machine. */
@Tag("socket")
final class DhtSocketTest {
  private static final int PATIENCE_SECONDS = 30;

  private final List<NettyHost> hosts = new ArrayList<>();
  private final List<Dht> peers = new ArrayList<>();
  private final List<MdnsDiscovery> discoveries = new ArrayList<>();

  private Dht start(List<Multiaddr> bootstrap, DhtConfig config) throws MeshException {
    return start(KeyPair.generate(new SecureRandom()), bootstrap, config, Optional.empty());
  }

  private Dht start(
      KeyPair keyPair, List<Multiaddr> bootstrap, DhtConfig config, Optional<Path> directory)
      throws MeshException {
    return start(NettyHostConfig.defaults(keyPair), bootstrap, config, directory);
  }

  private Dht start(
      NettyHostConfig hostConfig,
      List<Multiaddr> bootstrap,
      DhtConfig config,
      Optional<Path> directory)
      throws MeshException {
    NettyHost host =
        NettyHost.start(hostConfig.withListen(List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0"))));
    hosts.add(host);
    MeshContext context =
        new MeshContext(
            host,
            MeshName.PUBLIC,
            hostConfig.keyPair(),
            Signatures.ed25519(),
            InstantSource.system(),
            new SecureRandom(),
            directory);
    Dht dht = (Dht) Dht.joining(bootstrap, config).start(context);
    peers.add(dht);
    await(dht.joined());
    return dht;
  }

  private List<Multiaddr> first() {
    NettyHost host = hosts.get(0);
    return host.addresses().stream().map(a -> a.withPeerId(host.peerId().bytes())).toList();
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Waits until all know each other. */
  private void meet() {
    for (Dht dht : peers) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
          .until(() -> await(dht.statistics()).tablePeers() == peers.size() - 1);
    }
  }

  @AfterEach
  void close() {
    discoveries.forEach(MdnsDiscovery::close);
    peers.forEach(Dht::close);
    hosts.forEach(NettyHost::close);
  }

  @Test
  void aValueIsPutAndFoundAndReplacedByABetterOne() throws MeshException {
    start(List.of(), TestValues.CONFIG);
    for (int i = 0; i < 5; i++) {
      start(first(), TestValues.CONFIG);
    }
    meet();
    Bytes key = TestValues.key("a");
    Bytes longest = TestValues.value(1, Dht.VALUE_BYTES_MAX);
    assertThat(await(peers.get(2).putValue(key, longest))).isEqualTo(5);
    assertThat(await(peers.get(4).getValue(key))).contains(longest);
    assertThat(await(peers.get(5).putValue(key, TestValues.value(2)))).isEqualTo(5);
    assertThat(await(peers.get(3).getValue(key))).contains(TestValues.value(2));
    assertThat(await(peers.get(1).putValue(key, longest))).isZero();
    assertThat(await(start(first(), TestValues.CONFIG).getValue(key)))
        .contains(TestValues.value(2));
  }

  @Test
  void aPeerThatDoesNotKnowTheNamespaceRefusesTheValueAndAnswersAllElse() throws MeshException {
    Dht stranger = start(List.of(), DhtConfig.defaults());
    Dht dht = start(first(), TestValues.CONFIG);
    Bytes key = TestValues.key("a");
    assertThat(await(dht.putValue(key, TestValues.value(1)))).isZero();
    assertThat(await(dht.getValue(key))).contains(TestValues.value(1));
    assertThat(await(stranger.getValue(key))).isEmpty();
    assertThat(await(dht.statistics()).tablePeers()).isEqualTo(1);
  }

  @Test
  void whatAPeerHeldForOthersItHoldsAfterARestart(@TempDir Path directory) throws MeshException {
    KeyPair keyPair = KeyPair.generate(new SecureRandom());
    Capability gpu = new Capability("gpu", "3");
    Bytes key = TestValues.key("a");
    Dht before = start(keyPair, List.of(), TestValues.CONFIG, Optional.of(directory));
    Dht provider = start(first(), TestValues.CONFIG);
    provider.announce(gpu);
    assertThat(await(provider.putValue(key, TestValues.value(1)))).isEqualTo(1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> !await(before.findProviders(gpu, 1)).isEmpty());
    PeerId provides = hosts.get(1).peerId();
    close();
    hosts.clear();
    peers.clear();

    Dht after = start(keyPair, List.of(), TestValues.CONFIG, Optional.of(directory));
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> await(after.getValue(key, 1)).isPresent());
    assertThat(await(after.getValue(key, 1))).contains(TestValues.value(1));
    assertThat(await(after.findProviders(gpu, 5)))
        .extracting(PeerInfo::peerId)
        .containsExactly(provides);
  }

  @Test
  void whatAPeerPutItPutsAgainAfterARestartUntilItIsWithdrawn(@TempDir Path directory)
      throws MeshException {
    KeyPair keyPair = KeyPair.generate(new SecureRandom());
    Bytes key = TestValues.key("a");
    DhtConfig brief = TestValues.CONFIG.withValueExpiry(Duration.ofSeconds(6));
    Dht before = start(keyPair, List.of(), brief, Optional.of(directory));
    assertThat(await(before.putValue(key, TestValues.value(1)))).isZero();
    close();
    hosts.clear();
    peers.clear();

    start(List.of(), brief);
    Dht after = start(keyPair, first(), brief, Optional.of(directory));
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> heldByFirst(key).equals(Optional.of(TestValues.value(1))));
    after.withdrawValue(key);
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> heldByFirst(key).isEmpty());
  }

  /** Returns what the first peer itself keeps of a key, as it tells the second. */
  private Optional<Bytes> heldByFirst(Bytes key) {
    KadMessage request = KadMessage.of(KadMessage.Type.GET_VALUE, key);
    return await(
            Exchange.call(
                hosts.get(1),
                hosts.get(0).peerId(),
                DhtMesh.KAD,
                KadCodec.INSTANCE,
                request,
                KadCodec.MESSAGE_BYTES_MAX,
                Duration.ofSeconds(PATIENCE_SECONDS)))
        .record()
        .map(ValueRecord::value);
  }

  @Test
  void aPeerThatTakesNobodyInFindsItOutAndLeavesTheTables() throws MeshException {
    start(List.of(), DhtConfig.defaults());
    for (int i = 0; i < 3; i++) {
      start(first(), DhtConfig.defaults());
    }
    meet();
    Duration often = Duration.ofMillis(200);
    NettyHostConfig closed =
        NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
            .withLimits(HostLimits.defaults().withConnections(64, 0, 8))
            .withAutoNat(
                Optional.of(
                    new AutoNatConfig(Duration.ofSeconds(2), often, Duration.ofMinutes(9), often)));
    Dht client = start(closed, first(), DhtConfig.defaults(), Optional.empty());
    NettyHost host = hosts.get(4);
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> host.reachability() == Reachability.PRIVATE);
    for (int i = 0; i < 4; i++) {
      Peerstore known = hosts.get(i).peerstore();
      Dht dht = peers.get(i);
      Awaitility.await()
          .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
          .until(
              () ->
                  !known.protocols(host.peerId()).contains(DhtMesh.KAD)
                      && await(dht.statistics()).tablePeers() == 3);
    }
    assertThat(await(client.findPeer(hosts.get(2).peerId()))).as("it searches").isPresent();
  }

  @Test
  void peersOfOneNetworkFindEachOtherAndJoinWithoutAnyAddress() throws MeshException {
    for (int i = 0; i < 3; i++) {
      start(List.of(), DhtConfig.defaults());
      discoveries.add(MdnsDiscovery.start(hosts.get(i)));
    }
    assumeTrue(isAnyConnected(), "multicast does not work on this machine");
    meet();
    Capability gpu = new Capability("gpu", "3");
    peers.get(0).announce(gpu);
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .untilAsserted(
            () ->
                assertThat(await(peers.get(2).findProviders(gpu, 1)))
                    .extracting(PeerInfo::peerId)
                    .containsExactly(hosts.get(0).peerId()));
  }

  /** Returns whether some peer has found another, or does so before long. */
  private boolean isAnyConnected() {
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
          .until(() -> hosts.stream().anyMatch(host -> !host.connectedPeers().isEmpty()));
      return true;
    } catch (ConditionTimeoutException nobody) {
      return false;
    }
  }

  @Test
  void whatIsNotValidIsNotEvenSent() throws MeshException {
    Dht dht = start(List.of(), TestValues.CONFIG);
    Bytes key = TestValues.key("a");
    assertThatThrownBy(() -> dht.putValue(key, TestValues.INVALID))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dht.putValue(Bytes.fromHex("01"), TestValues.value(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dht.getValue(Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dht.getValue(key, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
