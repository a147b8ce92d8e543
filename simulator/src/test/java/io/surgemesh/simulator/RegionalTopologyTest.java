package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RegionalTopologyTest {
  private static final int WESTERN_EUROPE = 3;
  private static final int OCEANIA = 9;
  private static final long MILLI = 1_000_000;

  private static long roundTripNanos(LatencyModel model, int a, int b) {
    return model.oneWayNanos(a, b, 0) + model.oneWayNanos(b, a, 0);
  }

  private static Bytes ip(Topology topology, int node) {
    return topology.address(node).components().get(0).value();
  }

  /** Returns how many nodes there are for each value of the first bytes of their addresses. */
  private static Map<Bytes, Integer> blocks(Topology topology, int nodes, int bytes) {
    Map<Bytes, Integer> blocks = new TreeMap<>();
    for (int node = 0; node < nodes; node++) {
      blocks.merge(ip(topology, node).slice(0, bytes), 1, Integer::sum);
    }
    return blocks;
  }

  @Test
  void fromATenthToAThirdOfTheTrianglesAreViolated() {
    for (long seed = 0; seed < 5; seed++) {
      LatencyModel model = Topology.regional(seed).latency();
      SplittableRandom random = new SplittableRandom(seed);
      int violated = 0;
      int triangles = 20_000;
      for (int i = 0; i < triangles; i++) {
        int a = random.nextInt(10_000);
        int b = a + 1 + random.nextInt(10_000);
        int c = b + 1 + random.nextInt(10_000);
        long[] sides = {
          roundTripNanos(model, a, b), roundTripNanos(model, b, c), roundTripNanos(model, a, c)
        };
        Arrays.sort(sides);
        violated += sides[2] > sides[0] + sides[1] ? 1 : 0;
      }
      assertThat(violated).as("seed %d", seed).isBetween(triangles / 10, triangles / 3);
    }
  }

  @Test
  void noTwoNodesHaveOneAddress() {
    Topology topology = Topology.regional(7);
    Set<Multiaddr> addresses = new HashSet<>();
    List<Integer> nodes = new ArrayList<>();
    for (int node = 0; node < 200_000; node++) {
      nodes.add(node);
    }
    for (int node = 1 << 19; node < SimulatedNetwork.NODES_MAX; node += 997) {
      nodes.add(node);
    }
    for (int last = 1; last <= 1000; last++) {
      nodes.add(SimulatedNetwork.NODES_MAX - last);
    }
    nodes.forEach(node -> addresses.add(topology.address(node)));
    assertThat(addresses).hasSize((int) nodes.stream().distinct().count());
    assertThat(addresses).noneMatch(Multiaddr::isPrivate).noneMatch(Multiaddr::isLoopback);
  }

  @Test
  void aRegionOwnsEightBlocksOfTwoToTheSixteen() {
    Topology topology = Topology.regional(1);
    assertThat(blocks(topology, 20_000, 2)).hasSize(8 * topology.regions());
    for (int node = 0; node < 1000; node++) {
      assertThat(ip(topology, node).get(0) & 0xff).isEqualTo(240 + topology.region(node));
    }
  }

  @Test
  void hostedNodesShareSmallBlocksAndOthersHardlyDo() {
    Topology topology = Topology.regional(1);
    Map<Bytes, Integer> small = blocks(topology, 20_000, 3);
    int hosted = 0;
    int most = 0;
    for (Map.Entry<Bytes, Integer> block : small.entrySet()) {
      if (block.getKey().get(1) == 0) {
        hosted += block.getValue();
      } else {
        most = Math.max(most, block.getValue());
      }
    }
    assertThat(hosted).isEqualTo(20_000 / 8);
    assertThat(small.entrySet().stream().filter(block -> block.getKey().get(1) == 0).count())
        .isLessThanOrEqualTo(10L * topology.regions());
    assertThat(most).isLessThan(10);
  }

  @Test
  void latencyIsAsLongAsItIsFar() {
    Topology topology = Topology.regional(3);
    assertThat(medianMillis(topology, WESTERN_EUROPE, WESTERN_EUROPE)).isBetween(20L, 50L);
    assertThat(medianMillis(topology, WESTERN_EUROPE, OCEANIA)).isBetween(250L, 310L);
    List<Long> all = new ArrayList<>();
    for (int node = 0; node < 2000; node += 2) {
      all.add(topology.latency().oneWayNanos(node, node + 1, 0) / MILLI);
    }
    Collections.sort(all);
    assertThat(all.get(0)).isBetween(2L, 15L);
    assertThat(all.get(all.size() - 1)).isBetween(250L, 700L);
  }

  private static long medianMillis(Topology topology, int one, int other) {
    List<Long> millis = new ArrayList<>();
    for (int a = 0; a < 200; a++) {
      for (int b = 200; b < 400; b++) {
        if (topology.region(a) == one && topology.region(b) == other) {
          millis.add(roundTripNanos(topology.latency(), a, b) / MILLI);
        }
      }
    }
    Collections.sort(millis);
    return millis.get(millis.size() / 2);
  }

  @Test
  void bothWaysOfAPairDifferALittle() {
    LatencyModel model = Topology.regional(3).latency();
    Set<Long> shares = new TreeSet<>();
    for (int node = 1; node < 3000; node++) {
      long there = model.oneWayNanos(0, node, 0);
      long share = 1000 * there / roundTripNanos(model, 0, node);
      assertThat(share).isBetween(449L, 550L);
      shares.add(share);
    }
    assertThat(shares).hasSizeGreaterThan(90);
  }

  @Test
  void everyRegionHasItsShareOfTheNodes() {
    Topology topology = Topology.regional(4);
    int[] nodes = new int[topology.regions()];
    for (int node = 0; node < 100_000; node++) {
      nodes[topology.region(node)]++;
    }
    assertThat(nodes[WESTERN_EUROPE]).isBetween(22_000, 24_000);
    assertThat(nodes[OCEANIA]).isBetween(2800, 3200);
  }

  @Test
  void aSeedGivesTheSameTopologyAgainAndAnotherSeedAnother() {
    Topology topology = Topology.regional(5);
    int moved = 0;
    for (int node = 0; node < 1000; node++) {
      assertThat(Topology.regional(5).address(node)).isEqualTo(topology.address(node));
      assertThat(Topology.regional(5).latency().oneWayNanos(0, node, 9))
          .isEqualTo(topology.latency().oneWayNanos(0, node, 9));
      moved += Topology.regional(6).address(node).equals(topology.address(node)) ? 0 : 1;
    }
    assertThat(moved).isGreaterThan(900);
  }

  @Test
  void hostsOfARegionalNetworkAreDialledAtTheirAddresses() {
    Topology topology = Topology.regional(8);
    SimulatedNetwork network =
        new SimulatedNetwork(8, NetworkConfig.defaults(8).withTopology(topology));
    network.addHosts(2);
    CompletableFuture<Connection> dial = network.host(0).connect(network.host(1).dialAddress());
    network.time().runUntil(dial::isDone, Duration.ofMinutes(1));
    assertThat(network.host(1).addresses())
        .containsExactly(Multiaddr.of(topology.address(1) + "/tcp/4001"));
    assertThat(dial.join().remoteAddress()).isEqualTo(network.host(1).addresses().get(0));
    assertThat(network.time().nowNanos()).isEqualTo(3 * roundTripNanos(topology.latency(), 0, 1));
  }

  @Test
  void aTopologyThatGivesTwoNodesOneAddressIsRefused() {
    Topology everyoneAtOnce =
        new Topology() {
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
            return Multiaddr.of("/ip6/2001:db8::1");
          }

          @Override
          public LatencyModel latency() {
            return LatencyModel.constant(Duration.ofMillis(1));
          }
        };
    SimulatedNetwork network =
        new SimulatedNetwork(8, NetworkConfig.defaults(8).withTopology(everyoneAtOnce));
    network.addHost();
    assertThatThrownBy(network::addHost)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/ip6/2001:db8::1");
  }
}
