package io.surgemesh.benchmarks;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.HintedPeer;
import io.surgemesh.dht.MetPeer;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.simulator.LatencyModel;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gives the peers of a network full tables, as if all had been there for long and met each other.
 */
final class Placement {
  private final SimulatedNetwork network;
  private final LatencyModel latency;
  private final List<PeerInfo> peers;
  private final Acquaintances acquaintances;

  /**
   * Prepares it for the peers that are there; none of them knows another yet.
   *
   * @param latency that of the network
   * @param random draws who has met whom
   */
  Placement(SimulatedNetwork network, LatencyModel latency, SplittableRandom random) {
    this.network = network;
    this.latency = latency;
    this.peers =
        network.hosts().stream()
            .map(host -> new PeerInfo(host.peerId(), host.addresses()))
            .toList();
    this.acquaintances = new Acquaintances(peers.stream().map(PeerInfo::peerId).toList(), random);
  }

  /** Returns all peers, by number. */
  List<PeerInfo> peers() {
    return peers;
  }

  /**
   * Lets a peer have met as many others as its table has room for.
   *
   * @param hints whom else it has heard of
   */
  void place(int peer, Dht dht, List<HintedPeer> hints) {
    List<MetPeer> met =
        IntStream.of(acquaintances.of(peers.get(peer).peerId()))
            .mapToObj(other -> met(peer, other))
            .toList();
    dht.assume(met, hints);
    // No packet arrives in that time: who is called before it is placed would begin to join.
    network.time().runFor(Duration.ofNanos(1));
  }

  private MetPeer met(int peer, int other) {
    return new MetPeer(peers.get(other), Duration.ofNanos(roundTripNanos(latency, peer, other)));
  }

  /** Returns how long a packet takes between two peers and back, without jitter. */
  static long roundTripNanos(LatencyModel latency, int one, int other) {
    return latency.oneWayNanos(one, other, 0) + latency.oneWayNanos(other, one, 0);
  }
}
