package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static final ProtocolId ECHO = new ProtocolId("/test/echo/1.0.0");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int NODES = 10;
  private static final int REQUESTS_PER_NODE = 20;

  private final List<CompletableFuture<byte[]>> answers = new ArrayList<>();

  @Test
  void aSeedGivesTheSameTraceOnEveryMachine() {
    SimulatedNetwork network = echoAmongTen(42);
    assertThat(answers).hasSize(NODES * REQUESTS_PER_NODE).allMatch(done -> done.join() != null);
    assertThat(network.trace().events()).isEqualTo(1992);
    assertThat(network.trace().hashHex()).isEqualTo("6daff6160f7d6a4d");
  }

  @Test
  void aSeedGivesTheSameTraceInRoughWeatherOnEveryMachine() {
    NetworkConfig rough =
        NetworkConfig.defaults(42)
            .withTopology(Topology.regional(42))
            .withLossPermille(20)
            .withRates(new AccessRates(10_000_000, 50_000_000));
    SimulatedNetwork network = new SimulatedNetwork(42, rough);
    startEchoes(network);
    network.time().runFor(Duration.ofMillis(500));
    network.clog(0, 1, Duration.ofSeconds(1));
    network.partitionOneWay(2, 3);
    Partition split = network.partition(List.of(4, 5));
    network.time().runFor(Duration.ofSeconds(2));
    split.heal();
    network.healAll();
    network.time().runFor(Duration.ofSeconds(30));
    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThat(network.trace().events()).isEqualTo(2060);
    assertThat(network.trace().hashHex()).isEqualTo("a750584d8a1e48b0");
  }

  @Test
  void aSeedGivesTheSameTraceAgainAndAnotherSeedAnother() {
    for (long seed = 0; seed < 10; seed++) {
      String once = echoAmongTen(seed).trace().hashHex();
      assertThat(echoAmongTen(seed).trace().hashHex()).as("seed %d", seed).isEqualTo(once);
      assertThat(echoAmongTen(seed + 1).trace().hashHex()).isNotEqualTo(once);
    }
  }

  @Test
  void linesTellTimeEndsKindAndLength() {
    SimulatedNetwork network =
        new SimulatedNetwork(
            1, NetworkConfig.defaults(1).withLatency(LatencyModel.constant(Duration.ofMillis(10))));
    List<String> lines = new ArrayList<>();
    network.trace().printTo(lines::add);
    List<SimulatedHost> hosts = network.addHosts(2);
    Exchange.serve(hosts.get(1), ECHO, FrameCodec.bytes(), 1024, (from, request) -> request);
    CompletableFuture<Connection> connected = hosts.get(0).connect(hosts.get(1).dialAddress());
    network.time().runFor(Duration.ofMillis(100));
    PeerId peer = connected.join().remotePeer();
    answers.add(
        Exchange.call(hosts.get(0), peer, ECHO, FrameCodec.bytes(), new byte[5], 1024, TIMEOUT));
    network.time().runFor(Duration.ofSeconds(10));
    assertThat(lines)
        .containsExactly(
            "0.050000000 0>1 CONNECT 0",
            "0.060000000 1>0 CONNECT 0",
            // Each asks the other to identify itself.
            "0.060000000 1>0 OPEN 14",
            "0.070000000 0>1 OPEN 14",
            "0.070000000 0>1 ACCEPT 0",
            "0.070000000 0>1 DATA 320",
            "0.070000000 0>1 CLOSE_WRITE 0",
            "0.080000000 1>0 ACCEPT 0",
            "0.080000000 1>0 DATA 338",
            "0.080000000 1>0 CLOSE_WRITE 0",
            "0.080000000 1>0 CLOSE_WRITE 0",
            "0.090000000 0>1 CLOSE_WRITE 0",
            // Then the request, which does not wait for the peer to agree.
            "0.110000000 0>1 OPEN 16",
            "0.110000000 0>1 DATA 6",
            "0.120000000 1>0 ACCEPT 0",
            "0.120000000 1>0 DATA 6",
            "0.130000000 0>1 CLOSE_WRITE 0",
            "0.140000000 1>0 CLOSE_WRITE 0");
    assertThat(network.trace().events()).isEqualTo(lines.size());
    // All but the two lines of the connection made.
    assertThat(network.trace().frames()).isEqualTo(lines.size() - 2);
  }

  private SimulatedNetwork echoAmongTen(long seed) {
    answers.clear();
    SimulatedNetwork network = new SimulatedNetwork(seed);
    startEchoes(network);
    network.time().runFor(Duration.ofSeconds(30));
    return network;
  }

  private void startEchoes(SimulatedNetwork network) {
    List<SimulatedHost> hosts = network.addHosts(NODES);
    for (SimulatedHost host : hosts) {
      Exchange.serve(host, ECHO, FrameCodec.bytes(), 100_000, (from, request) -> request);
      hosts.forEach(other -> host.peerstore().addAddresses(other.peerId(), other.addresses()));
      RandomGenerator random = host.random("workload");
      for (int i = 0; i < REQUESTS_PER_NODE; i++) {
        long atNanos = random.nextLong() & 0x3fff_ffffL;
        int other = (int) Mix.below(NODES - 1, random.nextLong());
        SimulatedHost peer = hosts.get(other < host.index() ? other : other + 1);
        byte[] request = new byte[random.nextInt() & 0xffff];
        new SplittableRandom(atNanos).nextBytes(request);
        host.loop().arm(atNanos, () -> ask(host, peer, request));
      }
    }
  }

  private void ask(SimulatedHost host, SimulatedHost peer, byte[] request) {
    answers.add(
        Exchange.call(host, peer.peerId(), ECHO, FrameCodec.bytes(), request, 100_000, TIMEOUT));
  }
}
