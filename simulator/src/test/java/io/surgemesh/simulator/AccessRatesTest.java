package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AccessRatesTest {
  private static final long MEGABIT = 1_000_000;
  private static final int CHUNK = 1400;
  private static final int CHUNKS = 500;
  // 700,000 bytes, and 70 more for each chunk: 5.88 Mbit.
  private static final long MILLIS_AT_ONE_MEGABIT = 5880;

  private final SimulatedNetwork network =
      new SimulatedNetwork(
          1,
          NetworkConfig.defaults(1)
              .withLatency((from, to, draw) -> (from + 1) * 10_000_000L)
              .withWindowBytes(1 << 20));
  private final List<SimulatedHost> hosts = network.addHosts(4);
  private final Map<String, RecordingListener> heard = new LinkedHashMap<>();
  private final Map<String, Long> doneMillis = new LinkedHashMap<>();

  /** Sends 700,000 bytes at once over each way, such as {@code 0>1}, and waits for all. */
  private void transfer(String... ways) {
    List<Stream> streams = new ArrayList<>();
    for (String way : ways) {
      streams.add(open(way));
    }
    network.time().runFor(Duration.ofSeconds(1));
    long startNanos = network.time().nowNanos();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      streams.forEach(stream -> stream.write(ByteBuffer.allocate(CHUNK)));
    }
    for (int step = 0; step < 30_000 && doneMillis.size() < ways.length; step++) {
      network.time().runFor(Duration.ofMillis(1));
      long millis = (network.time().nowNanos() - startNanos) / 1_000_000;
      heard.forEach(
          (way, listener) -> {
            if (listener.bytes == CHUNK * CHUNKS) {
              doneMillis.putIfAbsent(way, millis);
            }
          });
    }
    assertThat(doneMillis).hasSize(ways.length);
  }

  private Stream open(String way) {
    SimulatedHost sender = hosts.get(way.charAt(0) - '0');
    SimulatedHost receiver = hosts.get(way.charAt(2) - '0');
    RecordingListener listener = new RecordingListener();
    heard.put(way, listener);
    receiver.handle(TALK, stream -> listener);
    CompletableFuture<Stream> opened =
        await(sender.connect(receiver.dialAddress())).open(TALK, new RecordingListener());
    return await(opened);
  }

  private <T> T await(CompletableFuture<T> future) {
    network.time().runUntil(future::isDone, Duration.ofMinutes(1));
    return future.join();
  }

  @Test
  void aTransferTakesAsLongAsTheSlowerLineOfTheTwo() {
    for (long up : new long[] {MEGABIT, 8 * MEGABIT}) {
      for (long down : new long[] {MEGABIT, 8 * MEGABIT}) {
        heard.clear();
        doneMillis.clear();
        network.setNodeRates(0, new AccessRates(up, Long.MAX_VALUE));
        network.setNodeRates(1, new AccessRates(Long.MAX_VALUE, down));
        transfer("0>1");
        long expected = MILLIS_AT_ONE_MEGABIT * MEGABIT / Math.min(up, down);
        assertThat(doneMillis.get("0>1")).isBetween(expected, expected * 102 / 100 + 30);
      }
    }
  }

  @Test
  void theLineOfASenderIsSharedByItsConnections() {
    network.setNodeRates(0, new AccessRates(2 * MEGABIT, MEGABIT));
    transfer("0>1", "0>2");
    assertThat(doneMillis.values()).allMatch(millis -> Math.abs(millis - 5880) < 100);
  }

  @Test
  void theLineOfAReceiverIsSharedByItsConnectionsInOrderOfArrival() {
    network.setNodeRates(1, new AccessRates(MEGABIT, 2 * MEGABIT));
    transfer("0>1", "3>1");
    // All of node 0 arrives 30 ms before what node 3 sent at the same time.
    assertThat(doneMillis.get("0>1")).isBetween(2940L, 2960L);
    assertThat(doneMillis.get("3>1")).isBetween(5880L, 5930L);
  }

  @Test
  void transfersBetweenOtherNodesDoNotWait() {
    network.setRates(new AccessRates(MEGABIT, MEGABIT));
    transfer("0>1", "2>3");
    assertThat(doneMillis.values()).allMatch(millis -> Math.abs(millis - 5900) < 60);
  }

  @Test
  void aSmallFrameWaitsBehindALargeTransferOfAnotherConnection() {
    network.setNodeRates(0, new AccessRates(MEGABIT, MEGABIT));
    Stream large = open("0>1");
    Stream small = open("0>2");
    network.time().runFor(Duration.ofSeconds(1));
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      large.write(ByteBuffer.allocate(CHUNK));
    }
    small.write(ByteBuffer.allocate(1));
    network.time().runFor(Duration.ofMillis(MILLIS_AT_ONE_MEGABIT));
    assertThat(heard.get("0>2").bytes).isZero();
    network.time().runFor(Duration.ofMillis(20));
    assertThat(heard.get("0>2").bytes).isEqualTo(1);
  }

  @Test
  void ratesChangeWhileRunningAndKeepTheOrder() {
    network.setNodeRates(1, new AccessRates(MEGABIT, MEGABIT));
    Stream stream = open("0>1");
    network.time().runFor(Duration.ofSeconds(1));
    stream.write(ByteBuffer.allocate(CHUNK * 100));
    network.time().runFor(Duration.ofMillis(20));
    network.setNodeRates(1, AccessRates.UNLIMITED);
    stream.write(ByteBuffer.wrap("last".getBytes(StandardCharsets.UTF_8)));
    network.time().runFor(Duration.ofMillis(900));
    assertThat(heard.get("0>1").events).isEmpty();
    network.time().runFor(Duration.ofSeconds(1));
    assertThat(heard.get("0>1").events).containsExactly(CHUNK * 100 + " bytes", "last");
  }

  @Test
  void framesThatComeThroughAtOneInstantKeepTheirOrder() {
    network.setNodeRates(1, new AccessRates(MEGABIT, MEGABIT));
    Stream stream = open("0>1");
    network.time().runFor(Duration.ofSeconds(1));
    // With the 70 bytes of a frame and its packet the first one takes 1 ms.
    stream.write(ByteBuffer.allocate(55));
    network.time().runFor(Duration.ofMillis(1));
    stream.write(ByteBuffer.wrap("last".getBytes(StandardCharsets.UTF_8)));
    network.time().runFor(Duration.ofMillis(9));
    network.setNodeRates(1, AccessRates.UNLIMITED);
    network.time().runFor(Duration.ofMillis(1));
    assertThat(heard.get("0>1").events).containsExactly("55 bytes", "last");
  }

  @Test
  void linesThatAreFastEnoughChangeNoTrace() {
    SimulatedNetwork other = new SimulatedNetwork(1, network.config());
    assertThat(traceOfATalk(other)).isEqualTo(traceOfATalk(network));
    SimulatedNetwork limited =
        new SimulatedNetwork(1, network.config().withRates(new AccessRates(MEGABIT, MEGABIT)));
    SimulatedNetwork unlimited = new SimulatedNetwork(1, network.config());
    unlimited.addHosts(4);
    unlimited.setRates(AccessRates.UNLIMITED);
    unlimited.setNodeRates(0, AccessRates.UNLIMITED);
    assertThat(traceOfATalk(unlimited)).isEqualTo(network.trace().hashHex());
    assertThat(traceOfATalk(limited)).isNotEqualTo(network.trace().hashHex());
  }

  private static String traceOfATalk(SimulatedNetwork network) {
    while (network.hosts().size() < 4) {
      network.addHost();
    }
    CompletableFuture<Connection> dial = network.host(0).connect(network.host(1).dialAddress());
    network.time().runFor(Duration.ofSeconds(10));
    assertThat(dial.join().isOutbound()).isTrue();
    return network.trace().hashHex();
  }

  @Test
  void linesWithoutARateAreRefused() {
    assertThatThrownBy(() -> new AccessRates(999, MEGABIT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AccessRates(MEGABIT, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> network.setNodeRates(4, AccessRates.UNLIMITED))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
