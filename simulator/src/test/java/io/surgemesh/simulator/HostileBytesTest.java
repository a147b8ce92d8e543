package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.session.CipherState;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.NoiseStatic;
import io.surgemesh.session.Yamux;
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

  private static byte[] lines(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append((char) (line.length() + 1)).append(line).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] garbage(SplittableRandom random, int bytesMax) {
    byte[] bytes = new byte[1 + random.nextInt(bytesMax)];
    random.nextBytes(bytes);
    return bytes;
  }

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
        raw.send(lines("/multistream/1.0.0", "/noise"));
      }
      for (int i = random.nextInt(5); i >= 0; i--) {
        raw.send(garbage(random, 5000));
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
      Insider insider = new Insider(RawEnd.dialling(attacker, nodes.far), random);
      nodes.runMillis(100);
      assertThat(insider.send).as("seed %d", seed).isNotNull();
      if (random.nextInt(4) == 0) {
        insider.raw.send(garbage(random, 5000));
      } else {
        insider.sendRecords();
      }
      insider.raw.claim(random.nextInt(Integer.MAX_VALUE));
      nodes.runMillis(60_000);
      closed += insider.raw.isOpen() ? 0 : 1;
      insider.raw.close();
      nodes.runMillis(100);
      assertThat(nodes.far.everyConnectionWith(attacker.index())).isEmpty();
    }
    assertThat(closed).isGreaterThan(100);
    assertStillServes();
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
    Insider insider = new Insider(RawEnd.dialling(attacker, nodes.far), new SplittableRandom(1));
    nodes.runMillis(100);
    writeOnTwoStreams(insider);
    nodes.runMillis(9_990);
    assertThat(insider.raw.isOpen()).isTrue();
    nodes.runMillis(100);
    assertThat(insider.raw.isOpen()).isFalse();
    assertThat(nodes.heard.events).endsWith("reset CONNECTION_CLOSED", "reset CONNECTION_CLOSED");
    assertThat(nodes.far.everyConnectionWith(attacker.index())).isEmpty();
    assertThat(insider.held.remaining())
        .isBetween(BytePipe.BYTES_MAX, BytePipe.BYTES_MAX + CipherState.RECORD_BYTES_MAX);
  }

  @Test
  void aPeerThatTakesSomethingNowAndThenIsServedOn() {
    Insider insider = new Insider(RawEnd.dialling(attacker, nodes.far), new SplittableRandom(1));
    nodes.runMillis(100);
    writeOnTwoStreams(insider);
    for (int i = 0; i < 10; i++) {
      nodes.runMillis(9_000);
      insider.raw.claim(500_000);
      insider.ping();
    }
    assertThat(nodes.heard.events).containsOnly("writable");
    assertThat(insider.held.remaining()).isGreaterThan(2 * Stream.WRITE_QUEUE_BYTES_MAX);
    assertThat(insider.raw.isOpen()).isTrue();
  }

  private void writeOnTwoStreams(Insider insider) {
    List<Stream> streams = new ArrayList<>();
    for (int id = 1; id <= 3; id += 2) {
      insider.openWithEndlessCredit(id);
      nodes.runMillis(100);
      streams.add(nodes.farStream);
    }
    streams.forEach(stream -> stream.write(ByteBuffer.allocate(Stream.WRITE_QUEUE_BYTES_MAX)));
  }

  /** A peer that has done its handshake honestly and then sends what it likes. */
  private final class Insider {
    private final RawEnd raw;
    private final SplittableRandom random;
    private final ConnectionUpgrade upgrade;
    private ByteBuffer held = ByteBuffer.allocate(0);
    private @Nullable CipherState send;

    Insider(RawEnd raw, SplittableRandom random) {
      this.raw = raw.onBytes(this::onBytes);
      this.random = random;
      NoiseStatic noise = NoiseStatic.create(attacker.key(), List.of(Yamux.PROTOCOL), random);
      byte[] ephemeral = new byte[32];
      random.nextBytes(ephemeral);
      upgrade = ConnectionUpgrade.dialing(noise, null, ephemeral, Long.MAX_VALUE - 1);
      perform();
    }

    private void onBytes(byte[] bytes) {
      held = ByteBuffer.allocate(held.remaining() + bytes.length).put(held).put(bytes).flip();
      if (send == null) {
        upgrade.onBytes(held, 0);
        perform();
      }
    }

    private void perform() {
      for (var output = upgrade.poll(); output != null; output = upgrade.poll()) {
        if (output instanceof ConnectionUpgrade.Send flight) {
          byte[] bytes = new byte[flight.bytes().remaining()];
          flight.bytes().get(bytes);
          raw.send(bytes);
        } else if (output instanceof ConnectionUpgrade.Verify) {
          upgrade.onVerified(true, 0);
        } else if (output instanceof ConnectionUpgrade.Ready ready) {
          send = ready.send();
        }
      }
    }

    /** Sends records whose plain bytes are frames of wild or plausible headers, or no frames. */
    void sendRecords() {
      for (int i = random.nextInt(30); i >= 0; i--) {
        sendRecord(random.nextInt(8) == 0 ? garbage(random, 500) : header());
      }
    }

    private byte[] header() {
      byte[] header = new byte[12];
      header[1] = (byte) random.nextInt(4);
      header[3] = (byte) (random.nextInt(3) == 0 ? random.nextInt(16) : 1);
      header[7] = (byte) random.nextInt(10);
      header[11] = (byte) (header[1] == 0 ? 0 : random.nextInt(100));
      return header;
    }

    /** Opens a stream for {@link TwoNodes#TALK}, to which 2 GiB may be sent. */
    void openWithEndlessCredit(int id) {
      byte[] lines = lines("/multistream/1.0.0", TALK.value());
      ByteBuffer plain = ByteBuffer.allocate(24 + lines.length);
      plain.putInt(0x0001_0001).putInt(id).putInt(Integer.MAX_VALUE);
      plain.putInt(0).putInt(id).putInt(lines.length).put(lines);
      sendRecord(plain.array());
    }

    void ping() {
      sendRecord(ByteBuffer.allocate(12).putInt(0x0002_0001).array());
    }

    void sendRecord(byte[] plain) {
      byte[] record = new byte[CipherState.recordBytes(plain.length)];
      if (send != null && send.encryptRecord(plain, plain.length, record) != CipherState.FAILED) {
        raw.send(record);
      }
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
      nodes.network.join(dialling, towardsNear, nodes.network.time().nowNanos());
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
