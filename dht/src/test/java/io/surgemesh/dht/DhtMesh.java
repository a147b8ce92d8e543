package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Peers with the whole {@link Dht}, hosts and bytes included, on a simulated network. */
final class DhtMesh {
  static final ProtocolId KAD = new ProtocolId("/surgemesh/public/kad/1.0.0");

  /** Longer than any search may take. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final SimulatedNetwork network;
  private final DhtConfig config;
  private final List<Dht> peers = new ArrayList<>();

  DhtMesh(long seed) {
    this(new SimulatedNetwork(seed), DhtConfig.defaults());
  }

  DhtMesh(SimulatedNetwork network, DhtConfig config) {
    this.network = network;
    this.config = config;
  }

  /** Returns a mesh of peers that joined through the first one, one every 50 ms. */
  static DhtMesh joined(long seed, int count) {
    DhtMesh mesh = new DhtMesh(seed);
    Dht last = mesh.join(List.of());
    for (int i = 1; i < count; i++) {
      mesh.runFor(Duration.ofMillis(50));
      last = mesh.join(List.of(mesh.host(0).dialAddress()));
    }
    mesh.await(last.joined());
    mesh.runFor(Duration.ofSeconds(30));
    return mesh;
  }

  /** Adds a peer that begins to join. */
  Dht join(List<Multiaddr> bootstrapPeers) {
    return start(network.addHost(), bootstrapPeers);
  }

  Dht start(SimulatedHost host, List<Multiaddr> bootstrapPeers) {
    return start(host, Dht.joining(bootstrapPeers, config));
  }

  Dht start(SimulatedHost host, PeerRouting.Factory factory) {
    MeshContext context =
        new MeshContext(
            host,
            MeshName.PUBLIC,
            host.key(),
            Signatures.ed25519(),
            network.time().wallClock(),
            host.random("mesh loop"));
    Dht dht = (Dht) factory.start(context);
    peers.add(dht);
    return dht;
  }

  SimulatedNetwork network() {
    return network;
  }

  SimulatedHost host(int index) {
    return network.host(index);
  }

  Dht peer(int index) {
    return peers.get(index);
  }

  PeerId peerId(int index) {
    return host(index).peerId();
  }

  PeerInfo info(int index) {
    return new PeerInfo(peerId(index), host(index).addresses());
  }

  void runFor(Duration duration) {
    network.time().runFor(duration);
  }

  <T> T await(CompletableFuture<T> future) {
    if (!network.time().runUntil(future::isDone, PATIENCE)) {
      throw new AssertionError("not done after " + PATIENCE);
    }
    return future.join();
  }

  Optional<PeerInfo> find(int asker, int wanted) {
    return await(peer(asker).findPeer(peerId(wanted)));
  }

  List<PeerInfo> findProviders(int asker, Capability capability, int peersMax) {
    return await(peer(asker).findProviders(capability, peersMax));
  }

  boolean areConnected(int a, int b) {
    return host(a).connectedPeers().contains(peerId(b));
  }

  /** Returns how many queries a peer has sent so far. */
  long queriesSent(int index) {
    return peer(index).driver().queriesSent();
  }
}
