package io.surgemesh.gossip;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.OfferBoard;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Offer boards on a simulated network, joined at random or through a directory all share. */
final class BoardNet {
  final SimulatedNetwork network;
  final List<OfferBoard> boards = new ArrayList<>();
  final SplittableRandom random;
  private final boolean withDirectory;
  private final OfferGossipConfig config;
  private final Map<Capability, Map<PeerId, PeerInfo>> directory = new LinkedHashMap<>();

  /** By peer, whom its board knows. */
  final Map<PeerId, Supplier<List<PeerInfo>>> sources = new LinkedHashMap<>();

  /** Where the directory says that all are as well. */
  @Nullable Multiaddr rumour;

  int searches;

  BoardNet(long seed, int count, OfferGossipConfig config, boolean withDirectory) {
    this.network = new SimulatedNetwork(seed);
    this.random = new SplittableRandom(seed);
    this.config = config;
    this.withDirectory = withDirectory;
    for (int i = 0; i < count; i++) {
      addBoard();
    }
  }

  int addBoard() {
    return addBoard(config);
  }

  int addBoard(OfferGossipConfig own) {
    SimulatedHost host = network.addHost();
    MeshContext context =
        new MeshContext(
            host,
            MeshName.PUBLIC,
            host.key(),
            Signatures.ed25519(),
            network.time().wallClock(),
            host.random("mesh"));
    boards.add(OfferGossip.with(own).start(context, new Directory(host)));
    return host.index();
  }

  /** Connects each node to earlier ones, {@code degree} on average. */
  void connectAtRandom(int degree) {
    for (int i = 1; i < boards.size(); i++) {
      connectAtRandom(i, degree / 2, i);
    }
    run(Duration.ofSeconds(5));
  }

  void connectAtRandom(int index, int count, int below) {
    connect(index, random.nextInt(below));
    for (int i = 1; i < count; i++) {
      connect(index, random.nextInt(below));
    }
  }

  void connect(int a, int b) {
    if (a != b) {
      network.host(a).connect(network.host(b).dialAddress());
    }
  }

  void run(Duration duration) {
    network.time().runFor(duration);
  }

  SignedOffer publish(int index, long sequence, boolean withdrawn) {
    TestOffers draft = draft(index, sequence);
    return publish(index, withdrawn ? draft.withdrawn() : draft);
  }

  SignedOffer publish(int index, TestOffers draft) {
    SignedOffer offer = draft.seal();
    boards.get(index).publish(offer);
    return offer;
  }

  TestOffers draft(int index, long sequence) {
    return TestOffers.of(network.host(index).key(), index)
        .version(sequence, network.time().wallClock().instant());
  }

  List<SignedOffer> offers(int index) {
    CompletableFuture<List<SignedOffer>> offers = boards.get(index).offers();
    run(Duration.ZERO);
    return offers.join();
  }

  /** Stands in for the DHT: all see what each announced, if the net has a directory. */
  private final class Directory implements PeerRouting {
    private final SimulatedHost host;

    Directory(SimulatedHost host) {
      this.host = host;
    }

    @Override
    public CompletableFuture<Integer> joined() {
      return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletableFuture<Optional<PeerInfo>> findPeer(PeerId peer) {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public void announce(Capability capability) {
      directory
          .computeIfAbsent(capability, unused -> new LinkedHashMap<>())
          .put(host.peerId(), new PeerInfo(host.peerId(), host.addresses()));
    }

    @Override
    public void withdraw(Capability capability) {
      directory.getOrDefault(capability, new LinkedHashMap<>()).remove(host.peerId());
    }

    @Override
    public CompletableFuture<List<PeerInfo>> findProviders(Capability capability, int peersMax) {
      searches++;
      List<PeerInfo> known =
          new ArrayList<>(directory.getOrDefault(capability, new LinkedHashMap<>()).values());
      known.removeIf(info -> info.peerId().equals(host.peerId()));
      known.replaceAll(this::withRumour);
      return CompletableFuture.completedFuture(
          withDirectory ? Sample.of(known, peersMax, random) : List.of());
    }

    private PeerInfo withRumour(PeerInfo info) {
      return rumour == null
          ? info
          : new PeerInfo(
              info.peerId(), Stream.concat(info.addresses().stream(), Stream.of(rumour)).toList());
    }

    @Override
    public void setSource(Supplier<List<PeerInfo>> known) {
      sources.put(host.peerId(), known);
    }

    @Override
    public void close() {
      // Nothing runs.
    }
  }
}
