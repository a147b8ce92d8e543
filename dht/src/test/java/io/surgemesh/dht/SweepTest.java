package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.MachineMesh.Node;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many keys of one peer, announced region by region in a mesh of machines. */
final class SweepTest {
  private static final int PEERS = 1000;
  private static final int KEYS = 1000;
  private static final int SINGLES = 30;
  private static final int K = DhtConfig.defaults().k();

  /** Returns of how many of the k peers nearest to a key, in parts of them, a node is known. */
  private static double heldShare(MachineMesh mesh, Node provider, Bytes key) {
    List<PeerId> others =
        mesh.nodes().stream().filter(node -> node != provider).map(Node::peer).toList();
    List<PeerId> nearest = TestPeers.sorted(others, Key.of(key)).subList(0, K);
    long holders =
        mesh.nodes().stream()
            .filter(node -> nearest.contains(node.peer()))
            .filter(node -> node.knows(provider.peer(), key))
            .count();
    return (double) holders / K;
  }

  private static List<Bytes> keys(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> key(name + " " + i)).toList();
  }

  private static void run(MachineMesh mesh, int seconds) {
    mesh.runUntil(mesh.nowNanos() + seconds * SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5})
  void aThousandKeysCostFewWalksAndAreHeldAsIfAnnouncedOneByOne(long seed) {
    MachineMesh mesh = MachineMesh.joined(seed, PEERS);
    Node single = mesh.node(300);
    long queriesBefore = single.asked();
    double heldOneByOne = 0;
    for (Bytes key : keys("single", SINGLES)) {
      single.announce(key);
      run(mesh, 5);
      heldOneByOne += heldShare(mesh, single, key) / SINGLES;
      single.machine().withdraw(key);
    }
    double queriesOneByOne = (double) (single.asked() - queriesBefore) / SINGLES;

    Node provider = mesh.node(700);
    List<Bytes> keys = keys("many", KEYS);
    queriesBefore = provider.asked();
    keys.forEach(provider::announce);
    run(mesh, 45);
    assertThat(provider.machine().upkeep().walks()).isLessThan(KEYS / 20);
    assertThat(provider.asked() - queriesBefore).isLessThan((long) (queriesOneByOne * KEYS / 10));
    List<Double> held = keys.stream().map(key -> heldShare(mesh, provider, key)).toList();
    double average = held.stream().mapToDouble(share -> share).average().orElseThrow();
    assertThat(average).isGreaterThan(heldOneByOne - 0.01);
    assertThat(held).allSatisfy(share -> assertThat(share).isGreaterThan(0.9));
  }

  @Test
  void inASmallMeshOneWalkServesAllKeys() {
    MachineMesh mesh = MachineMesh.joined(3, 40);
    Node provider = mesh.node(20);
    List<Bytes> keys = keys("few", 30);
    keys.forEach(provider::announce);
    run(mesh, 30);
    assertThat(provider.machine().upkeep().walks()).isLessThan(10);
    keys.forEach(key -> assertThat(heldShare(mesh, provider, key)).isGreaterThan(0.9));
  }

  @Test
  void whoCrowdsARegionHidesNoneOfItsKeys() {
    MachineMesh mesh = MachineMesh.joined(4, 200);
    Node provider = mesh.node(100);
    List<Bytes> keys = keys("crowded", 60);
    // They name peers that are not there by the hundred, in whichever region they are asked of.
    for (int i = 0; i < 20; i++) {
      int from = 10_000 + 20 * i;
      mesh.node(10 * i + 5)
          .lie(
              request ->
                  new KadMessage(
                      request.type(), request.key(), TestPeers.infos(from, from + 20), List.of()));
    }
    keys.forEach(provider::announce);
    run(mesh, 300);
    keys.forEach(key -> assertThat(heldShare(mesh, provider, key)).isGreaterThan(0.6));
  }
}
