package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.ResetReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LossTest {
  private static final long SECOND = 1_000_000_000L;

  /** Keeps every byte it hears, and when the last one came. */
  private static final class Kept implements StreamListener {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final SimulatedNetwork network;
    private final List<ResetReason> resets = new ArrayList<>();
    private long lastNanos;

    Kept(SimulatedNetwork network) {
      this.network = network;
    }

    @Override
    public void onData(Stream stream, ByteBuffer data) {
      lastNanos = network.time().nowNanos();
      stream.consumed(data.remaining());
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void onRemoteClose(Stream stream) {}

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      resets.add(reason);
    }

    @Override
    public void onWritable(Stream stream) {}
  }

  private static SimulatedNetwork network(long seed, int permille, int windowBytes) {
    return new SimulatedNetwork(
        seed,
        NetworkConfig.defaults(seed)
            .withLatency(LatencyModel.constant(Duration.ofMillis(20)))
            .withLossPermille(permille)
            .withWindowBytes(windowBytes));
  }

  /** Opens a stream from the first of two new nodes, dialling until a dial succeeds. */
  private static Stream open(SimulatedNetwork network, Kept near, Kept far) {
    List<SimulatedHost> hosts = network.addHosts(2);
    hosts.get(1).handle(TALK, stream -> far);
    for (int attempt = 0; attempt < 10; attempt++) {
      CompletableFuture<Connection> dial = hosts.get(0).connect(hosts.get(1).dialAddress());
      network.time().runUntil(dial::isDone, Duration.ofMinutes(1));
      if (!dial.isCompletedExceptionally()) {
        CompletableFuture<Stream> stream = dial.join().open(TALK, near);
        network.time().runUntil(stream::isDone, Duration.ofMinutes(1));
        if (!stream.isCompletedExceptionally()) {
          return stream.join();
        }
      }
    }
    throw new AssertionError("ten dials failed");
  }

  private static byte[] randomBytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void everyByteArrivesOnceAndInOrderUnlessTheConnectionBreaks() {
    int whole = 0;
    for (long seed = 0; seed < 100; seed++) {
      SimulatedNetwork network = network(seed, (int) (seed * 3), 64 * 1024);
      Kept near = new Kept(network);
      Kept far = new Kept(network);
      Stream stream = open(network, near, far);
      byte[] sent = randomBytes(seed, 100_000);
      SplittableRandom random = new SplittableRandom(seed);
      for (int at = 0; at < sent.length; ) {
        int end = Math.min(sent.length, at + 1 + random.nextInt(4000));
        stream.write(ByteBuffer.wrap(sent, at, end - at));
        at = end;
        network.time().runFor(Duration.ofMillis(random.nextInt(50)));
      }
      network.time().runFor(Duration.ofMinutes(5));
      byte[] heard = far.bytes.toByteArray();
      assertThat(sent).as("seed %d", seed).startsWith(heard);
      boolean complete = heard.length == sent.length;
      assertThat(complete || !far.resets.isEmpty()).as("seed %d", seed).isTrue();
      whole += complete ? 1 : 0;
    }
    assertThat(whole).isGreaterThan(90);
  }

  @Test
  void lossSlowsAConnectionTheMoreThereIs() {
    long before = 0;
    for (int permille : new int[] {0, 5, 20, 50, 100, 200, 300}) {
      long sum = 0;
      int finished = 0;
      for (long seed = 0; seed < 20; seed++) {
        SimulatedNetwork network = network(seed, 0, 256 * 1024);
        Kept far = new Kept(network);
        Stream stream = open(network, new Kept(network), far);
        network.setLossPermille(permille);
        long startNanos = network.time().nowNanos();
        stream.write(ByteBuffer.wrap(new byte[1_000_000]));
        network.time().runFor(Duration.ofMinutes(10));
        if (far.bytes.size() == 1_000_000) {
          sum += far.lastNanos - startNanos;
          finished++;
        }
      }
      assertThat(finished).as("%d permille", permille).isGreaterThan(10);
      assertThat(sum / finished).as("%d permille", permille).isGreaterThan(before * 5 / 4);
      before = sum / finished;
    }
    assertThat(before).isGreaterThan(10 * SECOND);
  }

  @Test
  void aLongTransferRunsAtThePaceOfTheModel() {
    SimulatedNetwork network = network(5, 0, 1 << 20);
    Kept far = new Kept(network);
    Stream stream = open(network, new Kept(network), far);
    network.setLossPermille(10);
    long startNanos = network.time().nowNanos();
    int packets = 5000;
    for (int i = 0; i < packets / 10; i++) {
      stream.write(ByteBuffer.allocate(10 * Retransmission.PACKET_BYTES));
      network.time().runFor(Duration.ofMillis(30));
    }
    network.time().runFor(Duration.ofMinutes(1));
    // 12.2 packets in each round trip of 40 ms.
    long expectedNanos = packets * 40_000_000L * 10 / 122;
    assertThat(far.bytes.size()).isEqualTo(packets * Retransmission.PACKET_BYTES);
    assertThat(far.lastNanos - startNanos)
        .isBetween(expectedNanos * 98 / 100, expectedNanos * 110 / 100);
  }

  @Test
  void aConnectionOnWhichNothingGetsThroughBreaksAtBothEnds() {
    TwoNodes nodes = new TwoNodes();
    RecordingListener mine = new RecordingListener();
    Stream stream = nodes.open(mine);
    nodes.runMillis(100);
    nodes.network.setPairLossPermille(0, 1, 1000);
    stream.write(text("lost"));
    nodes.farStream.write(text("heard"));
    nodes.runMillis(1000);
    nodes.network.setPairLossPermille(0, 1, 0);
    stream.write(text("behind what is lost"));
    nodes.runMillis(18_999);
    assertThat(mine.events).containsExactly("heard");
    assertThat(nodes.heard.events).isEmpty();
    nodes.runMillis(1);
    assertThat(mine.events).containsExactly("heard", "reset CONNECTION_CLOSED");
    assertThat(nodes.heard.events).containsExactly("reset CONNECTION_CLOSED");
    assertThat(nodes.connect()).isNotNull();
  }

  @Test
  void dialsUnderTotalLossTimeOut() {
    TwoNodes nodes = new TwoNodes();
    nodes.network.setLossPermille(1000);
    assertThat(nodes.awaitFailure(nodes.near.connect(nodes.far.dialAddress())))
        .isInstanceOfSatisfying(
            Unreachable.class,
            failed -> assertThat(failed.reason()).isEqualTo(Unreachable.Reason.TIMED_OUT));
    assertThat(nodes.network.time().nowNanos()).isEqualTo(10 * SECOND);
  }

  @Test
  void dialsUnderLossTakeSecondsLongerOrTimeOut() {
    int late = 0;
    int failed = 0;
    for (long seed = 0; seed < 300; seed++) {
      SimulatedNetwork network = network(seed, 200, 1024);
      List<SimulatedHost> hosts = network.addHosts(2);
      CompletableFuture<Connection> dial = hosts.get(0).connect(hosts.get(1).dialAddress());
      network.time().runUntil(dial::isDone, Duration.ofMinutes(1));
      long millis = network.time().nowNanos() / 1_000_000;
      assertThat(millis).as("seed %d", seed).isBetween(120L, 10_000L);
      failed += dial.isCompletedExceptionally() ? 1 : 0;
      late += millis >= 1000 ? 1 : 0;
    }
    assertThat(late).isBetween(90, 180);
    assertThat(failed).isBetween(1, 30);
  }

  @Test
  void lossOfANodeOrOfAPairConcernsNobodyElse() {
    SimulatedNetwork network = network(1, 0, 1024);
    network.addHosts(4);
    network.setNodeLossPermille(1, 100);
    network.setPairLossPermille(2, 3, 200);
    network.setPairLossPermille(1, 3, 50);
    Losses losses = network.losses();
    assertThat(List.of(losses.permille(0, 1), losses.permille(1, 0))).containsExactly(100, 100);
    assertThat(List.of(losses.permille(2, 3), losses.permille(3, 2))).containsExactly(200, 0);
    assertThat(List.of(losses.permille(1, 3), losses.permille(0, 2))).containsExactly(100, 0);
    network.setLossPermille(150);
    assertThat(List.of(losses.permille(0, 1), losses.permille(2, 3))).containsExactly(150, 200);
    network.setLossPermille(0);
    network.setNodeLossPermille(1, 0);
    network.setPairLossPermille(2, 3, 0);
    assertThat(List.of(losses.permille(0, 1), losses.permille(2, 3))).containsExactly(0, 0);
    assertThat(losses.permille(1, 3)).isEqualTo(50);
  }

  @Test
  void lossOutsideOfItsRangeIsRefused() {
    SimulatedNetwork network = network(1, 0, 1024);
    network.addHost();
    assertThatThrownBy(() -> network(1, 1001, 1024)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> network.setLossPermille(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> network.setNodeLossPermille(0, 1001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> network.setNodeLossPermille(1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> network.setPairLossPermille(0, 1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(network.losses().permille(0, 0)).isZero();
  }

  @Test
  void aSeedLosesTheSamePacketsAgain() {
    assertThat(hash(7, 100)).isEqualTo(hash(7, 100)).isNotEqualTo(hash(8, 100));
    assertThat(hash(7, 100)).isNotEqualTo(hash(7, 0));
  }

  private static String hash(long seed, int permille) {
    SimulatedNetwork network = network(seed, permille, 4096);
    Stream stream = open(network, new Kept(network), new Kept(network));
    stream.write(ByteBuffer.allocate(100_000));
    network.time().runFor(Duration.ofMinutes(1));
    return network.trace().hashHex();
  }
}
