package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.session.CipherState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes that no honest peer sends cost their connection, never a node. */
class HostileBytesTest {
  private static final int BITS = 8;

  private final RecordingListener mine = new RecordingListener();
  private final TwoNodes nodes = TwoNodes.atByteLevel(new RecordingListener());
  private final SimulatedHost attacker = nodes.network.addHost();

  private void assertStillServes() {
    assertThat(nodes.await(nodes.connect().open(TALK, mine))).isNotNull();
    nodes.runMillis(100);
  }

  @Test
  void garbageInsteadOfAHandshakeNeverThrowsAndEndsInAClosedConnection() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      RawEnd raw = RawEnd.dialling(attacker, nodes.far);
      if (random.nextBoolean()) {
        raw.send(Insider.lines("/multistream/1.0.0", "/noise"));
      }
      for (int i = random.nextInt(5); i >= 0; i--) {
        raw.send(Insider.garbage(random, 5000));
      }
      raw.claim(random.nextInt(Integer.MAX_VALUE));
      nodes.runMillis(11_000);
      assertThat(raw.isOpen()).as("seed %d", seed).isFalse();
    }
    assertThat(nodes.far.everyConnectionWith(attacker.index())).isEmpty();
    assertThat(nodes.far.connectedPeers()).isEmpty();
    assertStillServes();
  }

  @Test
  void garbageInsteadOfRecordsOrFramesNeverThrows() {
    int closed = 0;
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Insider insider = new Insider(attacker, nodes.far, random);
      nodes.runMillis(100);
      assertThat(insider.isConnected()).as("seed %d", seed).isTrue();
      if (random.nextInt(4) == 0) {
        insider.end().send(Insider.garbage(random, 5000));
      } else {
        insider.sendRecords();
      }
      insider.end().claim(random.nextInt(Integer.MAX_VALUE));
      nodes.runMillis(60_000);
      closed += insider.end().isOpen() ? 0 : 1;
      insider.end().close();
      nodes.runMillis(100);
      assertThat(nodes.far.everyConnectionWith(attacker.index())).isEmpty();
    }
    assertThat(closed).isGreaterThan(100);
    assertStillServes();
  }

  @Test
  void aPeerThatGoesAwayGetsWhatItsStreamsHaveLeft() {
    int answer = 200_000;
    nodes.far.handle(TALK, stream -> new AnswersAtTheEnd(answer));
    Insider insider = new Insider(attacker, nodes.far, new SplittableRandom(1));
    nodes.runMillis(100);
    // The stream on which it is asked to identify itself would keep the connection.
    insider.sendFrame(Insider.UPDATE | Insider.RST, 2, 0);
    insider.open(1);
    insider.sendFrame(Insider.UPDATE | Insider.FIN, 1, 0);
    insider.sendFrame(Insider.GO_AWAY, 0, 0);
    nodes.runMillis(100);
    assertThat(insider.plainBytes()).isGreaterThan(answer);
    assertThat(insider.end().isOpen()).isFalse();
    assertThat(nodes.far.everyConnectionWith(attacker.index())).isEmpty();
  }

  @Test
  void aManInTheMiddleWhoOnlyListensChangesNothing() {
    ManInTheMiddle man = new ManInTheMiddle(nodes, attacker, -1);
    Stream stream = nodes.await(man.dialled.open(TALK, mine));
    stream.write(text("secret"));
    nodes.runMillis(100);
    assertThat(String.join("", nodes.heard.events)).isEqualTo("secret");
    assertThat(new String(man.all(), StandardCharsets.ISO_8859_1))
        .contains("/noise")
        .doesNotContain("secret", TALK.value(), nodes.far.peerId().toString());
    assertThat(nodes.near.connectedPeers()).containsExactly(nodes.far.peerId());
  }

  @Test
  void oneBitFlippedOnTheWayClosesTheConnectionAndNothingElse() {
    ManInTheMiddle honest = new ManInTheMiddle(nodes, attacker, -1);
    nodes.await(honest.dialled.open(TALK, mine));
    int bits = BITS * honest.all().length;
    for (int bit = 5; bit < bits; bit += 211) {
      TwoNodes fresh = TwoNodes.atByteLevel(new RecordingListener());
      SimulatedHost middle = fresh.network.addHost();
      RecordingListener listener = new RecordingListener();
      ManInTheMiddle man = new ManInTheMiddle(fresh, middle, bit);
      if (man.dialled != null) {
        CompletableFuture<Stream> opened = man.dialled.open(TALK, listener);
        fresh.network.time().runUntil(opened::isDone, Duration.ofSeconds(11));
        assertThat(opened).isDone();
      }
      fresh.runMillis(11_000);
      assertThat(man.flipped).as("bit %d", bit).isTrue();
      assertThat(man.isCut()).as("bit %d", bit).isTrue();
      assertThat(fresh.near.everyConnectionWith(2)).isEmpty();
      assertThat(fresh.far.everyConnectionWith(2)).isEmpty();
      assertThat(fresh.near.connectedPeers()).isEmpty();
      assertThat(fresh.far.connectedPeers()).isEmpty();
      // Straight to each other, the two get on as ever.
      assertThat(fresh.await(fresh.connect().open(TALK, listener))).isNotNull();
    }
  }

  @Test
  void aPeerThatGivesCreditAndTakesNothingIsCutOffAfterTenSeconds() {
    Insider insider = new Insider(attacker, nodes.far, new SplittableRandom(1));
    nodes.runMillis(100);
    writeOnTwoStreams(insider);
    nodes.runMillis(9_990);
    assertThat(insider.end().isOpen()).isTrue();
    nodes.runMillis(100);
    assertThat(insider.end().isOpen()).isFalse();
    assertThat(nodes.heard.events).endsWith("reset CONNECTION_CLOSED", "reset CONNECTION_CLOSED");
    assertThat(nodes.far.everyConnectionWith(attacker.index())).isEmpty();
    assertThat(insider.heardBytes())
        .isBetween(
            (long) BytePipe.BYTES_MAX, (long) BytePipe.BYTES_MAX + CipherState.RECORD_BYTES_MAX);
  }

  @Test
  void aPeerThatTakesSomethingNowAndThenIsServedOn() {
    Insider insider = new Insider(attacker, nodes.far, new SplittableRandom(1));
    nodes.runMillis(100);
    writeOnTwoStreams(insider);
    for (int i = 0; i < 10; i++) {
      nodes.runMillis(9_000);
      insider.end().claim(500_000);
      insider.ping();
    }
    assertThat(nodes.heard.events).containsOnly("writable");
    assertThat(insider.heardBytes()).isGreaterThan(2L * Stream.WRITE_QUEUE_BYTES_MAX);
    assertThat(insider.end().isOpen()).isTrue();
  }

  private void writeOnTwoStreams(Insider insider) {
    List<Stream> streams = new ArrayList<>();
    for (int id = 1; id <= 3; id += 2) {
      insider.openWithCredit(id, Integer.MAX_VALUE);
      nodes.runMillis(100);
      streams.add(nodes.farStream);
    }
    streams.forEach(stream -> stream.write(ByteBuffer.allocate(Stream.WRITE_QUEUE_BYTES_MAX)));
  }

  /** Answers once the peer has closed its direction. */
  private record AnswersAtTheEnd(int bytes) implements StreamListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      throw new AssertionError("nothing is asked");
    }

    @Override
    public void onRemoteClose(Stream stream) {
      stream.write(ByteBuffer.allocate(bytes));
      stream.closeWrite();
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      throw new AssertionError(reason);
    }
  }

  /** Sits between two nodes, hands bytes on, and flips one bit of all that passes. */
  private static final class ManInTheMiddle {
    private final List<byte[]> passed = new ArrayList<>();
    private final RawEnd towardsNear;
    private final RawEnd towardsFar;
    private final long bit;
    private long bytesPassed;
    private boolean flipped;
    private @Nullable Connection dialled;

    ManInTheMiddle(TwoNodes nodes, SimulatedHost middle, long bit) {
      this.bit = bit;
      towardsNear = new RawEnd(middle, 0);
      towardsFar = RawEnd.dialling(middle, nodes.far);
      towardsNear.onBytes(bytes -> towardsFar.send(pass(bytes))).onClosed(towardsFar::close);
      towardsFar.onBytes(bytes -> towardsNear.send(pass(bytes))).onClosed(towardsNear::close);
      SessionConnection dialling =
          new SessionConnection(nodes.near, middle.index(), middle.addresses().get(0), true, 1);
      nodes.network.wiring().join(dialling, towardsNear, nodes.network.time().nowNanos());
      boolean[] done = new boolean[1];
      nodes
          .near
          .loop()
          .execute(
              () ->
                  dialling.dial(
                      nodes.far.peerId(),
                      new SessionConnection.DialListener() {
                        @Override
                        public void onReady(SessionConnection connection) {
                          done[0] = true;
                          dialled = connection;
                        }

                        @Override
                        public void onFailed(Unreachable.Reason reason) {
                          done[0] = true;
                        }
                      }));
      assertThat(nodes.network.time().runUntil(() -> done[0], Duration.ofMinutes(1))).isTrue();
    }

    private byte[] pass(byte[] bytes) {
      long at = bit / BITS - bytesPassed;
      if (bit >= 0 && at >= 0 && at < bytes.length) {
        bytes[(int) at] ^= (byte) (1 << bit % BITS);
        flipped = true;
      }
      bytesPassed += bytes.length;
      passed.add(bytes.clone());
      return bytes;
    }

    boolean isCut() {
      return !towardsNear.isOpen() && !towardsFar.isOpen();
    }

    byte[] all() {
      ByteBuffer all = ByteBuffer.allocate((int) bytesPassed);
      passed.forEach(all::put);
      return all.array();
    }
  }
}
