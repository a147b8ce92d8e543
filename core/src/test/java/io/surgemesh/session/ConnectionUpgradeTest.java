package io.surgemesh.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.session.ConnectionUpgrade.Failed;
import io.surgemesh.session.ConnectionUpgrade.Output;
import io.surgemesh.session.ConnectionUpgrade.Ready;
import io.surgemesh.session.ConnectionUpgrade.Send;
import io.surgemesh.session.ConnectionUpgrade.Verify;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionUpgradeTest {
  private static final long DEADLINE_NANOS = 1000;
  private static final List<String> YAMUX = List.of(Yamux.PROTOCOL);

  private final KeyPair alice = keyPair(1);
  private final KeyPair bob = keyPair(2);

  /** One side: what it sent and was not delivered yet, what it could not take yet, and its end. */
  private static final class Side {
    private final ConnectionUpgrade machine;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private ByteBuffer held = ByteBuffer.allocate(0);
    private @Nullable Output end;
    private int flights;

    Side(ConnectionUpgrade machine) {
      this.machine = machine;
      perform();
    }

    void perform() {
      for (Output output = machine.poll(); output != null; output = machine.poll()) {
        if (output instanceof Send send) {
          sent.writeBytes(bytes(send.bytes()));
        } else if (output instanceof Verify verify) {
          machine.onVerified(
              verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray()),
              0);
        } else {
          assertThat(end).isNull();
          end = output;
        }
      }
    }

    void take(byte[] bytes) {
      held =
          ByteBuffer.allocate(held.remaining() + bytes.length)
              .put(held)
              .put(ByteBuffer.wrap(bytes));
      held.flip();
      int before = -1;
      // What it leaves is offered again once it has its answers, as drivers do.
      while (before != held.remaining() && !(end instanceof Ready)) {
        before = held.remaining();
        machine.onBytes(held, 0);
        perform();
      }
    }

    byte[] takeSent() {
      byte[] flight = sent.toByteArray();
      sent.reset();
      flights += flight.length > 0 ? 1 : 0;
      return flight;
    }

    Ready ready() {
      return (Ready) end;
    }
  }

  private static KeyPair keyPair(int value) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) value;
    return KeyPair.fromSeed(seed);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] ephemeral(int seed) {
    byte[] key = new byte[32];
    new SplittableRandom(seed).nextBytes(key);
    return key;
  }

  private Side dialer(List<String> muxers, @Nullable PeerId expected) {
    NoiseStatic noise = NoiseStatic.create(alice, muxers, new SplittableRandom(1));
    return new Side(
        ConnectionUpgrade.dialing(noise, Security.NOISE, expected, ephemeral(3), DEADLINE_NANOS));
  }

  private Side accepter(List<String> muxers) {
    NoiseStatic noise = NoiseStatic.create(bob, muxers, new SplittableRandom(2));
    return new Side(
        ConnectionUpgrade.accepting(noise, List.of(Security.NOISE), ephemeral(4), DEADLINE_NANOS));
  }

  /** Carries bytes to and fro, in pieces that {@code random} draws, until nothing is sent. */
  private static void talk(Side a, Side b, SplittableRandom random) {
    boolean quiet = false;
    while (!quiet) {
      byte[] there = a.takeSent();
      deliver(there, b, random);
      byte[] back = b.takeSent();
      deliver(back, a, random);
      quiet = there.length == 0 && back.length == 0;
    }
  }

  private static void deliver(byte[] bytes, Side to, SplittableRandom random) {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      byte[] piece = new byte[1 + random.nextInt(left.remaining())];
      left.get(piece);
      to.take(piece);
    }
  }

  private void assertConnected(Side a, Side b) {
    assertThat(a.ready().remoteKey().toPeerId()).isEqualTo(bob.peerId());
    assertThat(b.ready().remoteKey().toPeerId()).isEqualTo(alice.peerId());
    byte[] record = new byte[a.ready().send().recordBytes(5)];
    assertThat(a.ready().send().encryptRecord(new byte[] {1, 2, 3, 4, 5}, 5, record))
        .isEqualTo(record.length);
    assertThat(b.ready().reader().poll(ByteBuffer.wrap(record)))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    assertThat(a.machine.deadlineNanos()).isEqualTo(Machine.NEVER);
    a.machine.onTimeout(Long.MAX_VALUE - 1);
    a.machine.onClosed(0);
    assertThat(a.machine.poll()).isNull();
  }

  @Test
  void bothSidesAreReadyWhereverTheBytesAreCut() {
    for (int seed = 0; seed < 50; seed++) {
      Side a = dialer(YAMUX, bob.peerId());
      Side b = accepter(YAMUX);
      talk(a, b, new SplittableRandom(seed));
      assertThat(a.flights).isEqualTo(2);
      assertThat(b.flights).isEqualTo(1);
      assertConnected(a, b);
    }
  }

  @Test
  void theMuxerIsAgreedBehindNoiseWhenOneSideDoesNotOfferItEarly() {
    for (int seed = 0; seed < 50; seed++) {
      Side a = dialer(YAMUX, null);
      Side b = accepter(List.of());
      talk(a, b, new SplittableRandom(seed));
      assertConnected(a, b);
    }
  }

  @Test
  void whatFollowsTheLastMessageIsLeftForTheRecordReader() {
    Side a = dialer(YAMUX, null);
    Side b = accepter(YAMUX);
    b.take(a.takeSent());
    a.take(b.takeSent());
    byte[] record = new byte[a.ready().send().recordBytes(1)];
    a.ready().send().encryptRecord(new byte[] {7}, 1, record);
    a.sent.writeBytes(record);
    b.take(a.takeSent());
    assertThat(b.held.remaining()).isEqualTo(record.length);
    assertThat(b.ready().reader().poll(b.held)).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
  }

  @Test
  void whatComesBehindTheAgreementOfTheMuxerIsHandedOn() {
    Side a = dialer(YAMUX, null);
    ByteBuffer flight = ByteBuffer.wrap(a.takeSent());
    MultistreamNegotiation security =
        MultistreamNegotiation.choosing(Security.NOISE.protocol()::equals);
    security.onBytes(flight, 0);
    NoiseStatic noOffer = NoiseStatic.create(bob, List.of(), new SplittableRandom(2));
    NoiseHandshake noise = NoiseHandshake.responder(noOffer, ephemeral(4));
    noise.onBytes(flight, 0);
    a.take(bytes(((MultistreamNegotiation.Send) security.poll()).bytes()));
    a.take(bytes(((MultistreamNegotiation.Send) security.poll()).bytes()));
    a.take(bytes(((NoiseHandshake.Send) noise.poll()).bytes()));
    noise.onBytes(ByteBuffer.wrap(a.takeSent()), 0);
    noise.poll();
    noise.onVerified(true, 0);
    NoiseHandshake.Established secure = (NoiseHandshake.Established) noise.poll();

    byte[] plain = "\023/multistream/1.0.0\n\015/yamux/1.0.0\nrest".getBytes(US_ASCII);
    byte[] record = new byte[secure.send().recordBytes(plain.length)];
    secure.send().encryptRecord(plain, plain.length, record);
    a.take(record);
    assertThat(bytes(a.ready().early())).asString(US_ASCII).isEqualTo("rest");
  }

  @Test
  void somebodyElseIsNotTakenForTheExpectedPeer() {
    Side a = dialer(YAMUX, keyPair(9).peerId());
    Side b = accepter(YAMUX);
    talk(a, b, new SplittableRandom(1));
    assertThat(a.end)
        .isEqualTo(new Failed(Unreachable.Reason.WRONG_PEER, HandshakeFault.WRONG_PEER));
    assertThat(b.end).isNull();
    b.machine.onClosed(0);
    b.perform();
    assertThat(b.end)
        .isEqualTo(new Failed(Unreachable.Reason.HANDSHAKE_FAILED, HandshakeFault.NONE));
  }

  @Test
  void oneDeadlineCoversTheWholeUpgrade() {
    Side b = accepter(YAMUX);
    assertThat(b.machine.deadlineNanos()).isEqualTo(DEADLINE_NANOS);
    b.machine.onTimeout(DEADLINE_NANOS - 1);
    b.perform();
    assertThat(b.end).isNull();
    b.machine.onTimeout(DEADLINE_NANOS);
    b.perform();
    assertThat(b.end).isEqualTo(new Failed(Unreachable.Reason.TIMED_OUT, HandshakeFault.DEADLINE));
    assertThat(b.machine.deadlineNanos()).isEqualTo(Machine.NEVER);
  }

  @Test
  void oneFlippedBitFailsTheUpgradeOrNeverEndsIt() {
    Side whole = dialer(YAMUX, bob.peerId());
    Side other = accepter(YAMUX);
    other.take(whole.takeSent());
    int bits = 8 * other.takeSent().length;
    for (int bit = 0; bit < bits; bit++) {
      Side a = dialer(YAMUX, bob.peerId());
      Side b = accepter(YAMUX);
      b.take(a.takeSent());
      byte[] flight = b.takeSent();
      flight[bit / 8] ^= (byte) (1 << bit % 8);
      a.take(flight);
      assertThat(a.end instanceof Ready).as("bit %d", bit).isFalse();
      assertThat(a.sent.size()).as("bit %d", bit).isZero();
    }
  }

  @Test
  void noBytesMakeItThrowAndNothingIsKeptAfterAFailure() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Side side = random.nextBoolean() ? dialer(YAMUX, null) : accepter(YAMUX);
      if (random.nextBoolean()) {
        Side peer = seed % 2 == 0 ? accepter(YAMUX) : dialer(YAMUX, null);
        side.take(peer.takeSent());
      }
      byte[] garbage = new byte[1 + random.nextInt(20_000)];
      random.nextBytes(garbage);
      deliver(garbage, side, random);
      assertThat(side.end instanceof Ready).isFalse();
      if (side.end != null) {
        assertThat(side.held.hasRemaining()).isFalse();
      }
    }
  }
}
