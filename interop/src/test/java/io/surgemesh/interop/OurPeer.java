package io.surgemesh.interop;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.DhtConfig;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A host of ours with a DHT. */
record OurPeer(NettyHost host, Dht dht) implements KadNode {
  /** The mesh that this peer takes part in. */
  static final MeshName MESH = new MeshName("interop");

  /** What its DHT speaks unless told otherwise. */
  static final ProtocolId MESH_KAD = new ProtocolId(MESH.protocol("kad/1.0.0"));

  private static final int PROVIDERS_MAX = 20;

  /** Longer than any search may take. */
  private static final long PATIENCE_SECONDS = 90;

  /** Starts a peer that speaks a protocol and joins through another, if there is any. */
  static OurPeer start(ProtocolId protocol, KadNode... bootstrapPeers) throws MeshException {
    KeyPair key = KeyPair.generate(new SecureRandom());
    NettyHost host =
        NettyHost.start(
            NettyHostConfig.defaults(key)
                .withListen(List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0"))));
    MeshContext context =
        new MeshContext(
            host, MESH, key, Signatures.ed25519(), InstantSource.system(), new SplittableRandom());
    List<Multiaddr> addresses = Arrays.stream(bootstrapPeers).map(KadNode::dialAddress).toList();
    Dht dht = (Dht) Dht.joining(addresses, DhtConfig.amino(), protocol).start(context);
    get(dht.joined());
    return new OurPeer(host, dht);
  }

  @Override
  public PeerInfo info() {
    return new PeerInfo(host.peerId(), host.addresses());
  }

  @Override
  public List<Multiaddr> find(PeerId peer) {
    return get(dht.findPeer(peer)).map(PeerInfo::addresses).orElse(List.of());
  }

  @Override
  public void announce(Capability capability) {
    dht.announce(capability);
  }

  @Override
  public List<String> providers(Capability capability) {
    return get(dht.findProviders(capability, PROVIDERS_MAX)).stream()
        .map(provider -> provider.peerId().toString())
        .toList();
  }

  @Override
  public void put(Bytes key, Bytes value) {
    if (get(dht.putValue(key, value)) == 0) {
      throw new AssertionError("nobody took it");
    }
  }

  @Override
  public Bytes get(Bytes key) {
    return get(dht.getValue(key)).orElse(Bytes.EMPTY);
  }

  /** Returns how many peers the routing table holds. */
  int tablePeers() {
    return get(dht.statistics()).tablePeers();
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  @Override
  public void close() {
    dht.close();
    host.close();
  }
}
