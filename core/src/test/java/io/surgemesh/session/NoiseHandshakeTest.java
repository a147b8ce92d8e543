package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.BothPrimitives;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.ForeignKey;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.session.NoiseHandshake.Established;
import io.surgemesh.session.NoiseHandshake.Failed;
import io.surgemesh.session.NoiseHandshake.Output;
import io.surgemesh.session.NoiseHandshake.Reason;
import io.surgemesh.session.NoiseHandshake.Send;
import io.surgemesh.session.NoiseHandshake.Verify;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseHandshakeTest {
  private static final List<String> MUXERS = List.of(Yamux.PROTOCOL);

  private final SplittableRandom random = new SplittableRandom(1);
  private final KeyPair alice = KeyPair.fromSeed(seed(1));
  private final KeyPair bob = KeyPair.fromSeed(seed(2));
  private final NoiseStatic aliceStatic = NoiseStatic.create(alice, MUXERS, random);
  private final NoiseStatic bobStatic = NoiseStatic.create(bob, MUXERS, random);

  private static byte[] seed(int value) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) value;
    return seed;
  }

  private byte[] ephemeral() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return key;
  }

  private NoiseHandshake initiator(@Nullable PeerId expected) {
    return NoiseHandshake.initiator(aliceStatic, expected, ephemeral());
  }

  private NoiseHandshake responder(NoiseStatic noise) {
    return NoiseHandshake.responder(noise, ephemeral());
  }

  /** Performs outputs until one ends the handshake or there is none; bytes go to {@code other}. */
  private static @Nullable Output drive(NoiseHandshake machine, @Nullable NoiseHandshake other) {
    for (Output output = machine.poll(); output != null; output = machine.poll()) {
      if (output instanceof Send send && other != null) {
        other.onBytes(send.bytes(), 0);
      } else if (output instanceof Verify verify) {
        machine.onVerified(
            verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray()),
            0);
      } else if (!(output instanceof Send)) {
        return output;
      }
    }
    return null;
  }

  private static byte[] sent(NoiseHandshake machine) {
    return machine.poll() instanceof Send send ? send.bytes().array() : new byte[0];
  }

  private static void assertFailed(@Nullable Output output, Reason reason) {
    assertThat(output).isEqualTo(new Failed(reason));
  }

  @Test
  void bothSidesLearnWhoTheOtherIsAndAgreeTheMuxer() {
    NoiseHandshake a = initiator(bob.peerId());
    NoiseHandshake b = responder(bobStatic);
    assertThat(drive(a, b)).isNull();
    assertThat(drive(b, a)).isNull();
    Established atA = (Established) drive(a, b);
    Established atB = (Established) drive(b, a);
    assertThat(atA.remoteKey()).isEqualTo(bob.publicKey());
    assertThat(atB.remoteKey()).isEqualTo(alice.publicKey());
    assertThat(atA.muxer()).isEqualTo(Yamux.PROTOCOL);
    assertThat(atB.muxer()).isEqualTo(Yamux.PROTOCOL);
    byte[] sealed = new byte[21];
    atA.send().encrypt(new byte[] {1, 2, 3, 4, 5}, 0, 5, sealed, 0);
    byte[] opened = new byte[5];
    assertThat(atB.receive().decrypt(sealed, 0, 21, opened, 0)).isEqualTo(5);
    assertThat(opened).containsExactly(1, 2, 3, 4, 5);
    atB.send().encrypt(new byte[] {9}, 0, 1, sealed, 0);
    assertThat(atA.receive().decrypt(sealed, 0, 17, opened, 0)).isEqualTo(1);
  }

  @Test
  void peersWithNativeCryptoAndWithoutSayTheSameBytes() {
    byte[] expected = null;
    for (Primitives ofAlice : BothPrimitives.all()) {
      for (Primitives ofBob : BothPrimitives.all()) {
        SplittableRandom same = new SplittableRandom(7);
        NoiseStatic atAlice = NoiseStatic.create(alice, MUXERS, same, ofAlice);
        NoiseStatic atBob = NoiseStatic.create(bob, MUXERS, same, ofBob);
        NoiseHandshake a = NoiseHandshake.initiator(atAlice, bob.peerId(), seed(3));
        NoiseHandshake b = NoiseHandshake.responder(atBob, seed(4));
        drive(a, b);
        drive(b, a);
        CipherState send = ((Established) drive(a, b)).send();
        CipherState receive = ((Established) drive(b, a)).receive();
        byte[] record = new byte[send.recordBytes(1000)];
        assertThat(send.encryptRecord(new byte[1000], 1000, record)).isEqualTo(record.length);
        assertThat(receive.decrypt(record, 2, record.length - 2, new byte[1000], 0))
            .isEqualTo(1000);
        assertThat(record).isEqualTo(expected == null ? record : expected);
        expected = record;
      }
    }
  }

  @Test
  void peersOfAnyKeyTypeShakeHands() {
    for (ForeignKey key :
        List.of(ForeignKey.rsa(2048), ForeignKey.ecdsa("secp256r1"), ForeignKey.secp256k1())) {
      NoiseStatic foreign =
          NoiseStatic.signed(seed(9), key.publicKey(), key.signer(), MUXERS, Primitives.java());
      NoiseHandshake a = initiator(key.publicKey().toPeerId());
      NoiseHandshake b = responder(foreign);
      drive(a, b);
      drive(b, a);
      assertThat(((Established) drive(a, b)).remoteKey()).isEqualTo(key.publicKey());
      assertThat(((Established) drive(b, a)).remoteKey()).isEqualTo(alice.publicKey());
    }
  }

  @Test
  void theLargestKeyAndSignatureFitAHandshake() {
    byte[] signature = new byte[8192 / 8];
    NoiseStatic large =
        NoiseStatic.signed(
            seed(9), ForeignKey.rsa(2048).publicKey(), m -> signature, MUXERS, Primitives.java());
    // Its key is some 768 bytes shorter than the largest.
    assertThat(large.payload().length + 768).isLessThan(NoiseHandshake.MESSAGE_BYTES_MAX / 2);
  }

  @Test
  void aPeerWithoutMuxersInItsHandshakeIsAccepted() {
    NoiseHandshake a = initiator(null);
    NoiseHandshake b = responder(NoiseStatic.create(bob, List.of(), random));
    drive(a, b);
    drive(b, a);
    assertThat(((Established) drive(a, b)).muxer()).isNull();
    assertThat(((Established) drive(b, a)).muxer()).isNull();
  }

  @Test
  void aPeerWithOtherMuxersOnlyIsRefused() {
    NoiseHandshake a = initiator(null);
    NoiseHandshake b = responder(NoiseStatic.create(bob, List.of("/mplex/6.7.0"), random));
    drive(a, b);
    drive(b, a);
    assertFailed(drive(a, b), Reason.NO_COMMON_MUXER);
  }

  @Test
  void anotherPeerThanExpectedIsRefusedBeforeAnythingIsSent() {
    NoiseHandshake a = initiator(alice.peerId());
    NoiseHandshake b = responder(bobStatic);
    drive(a, b);
    drive(b, a);
    assertFailed(a.poll(), Reason.WRONG_PEER);
    assertThat(a.poll()).isNull();
  }

  @Test
  void aSignatureThatDoesNotHoldEndsTheHandshake() {
    NoiseHandshake a = initiator(null);
    NoiseHandshake b = responder(bobStatic);
    drive(a, b);
    drive(b, a);
    assertThat(a.poll()).isInstanceOf(Verify.class);
    a.onVerified(false, 0);
    assertFailed(a.poll(), Reason.BAD_SIGNATURE);
    assertThat(a.poll()).isNull();
  }

  @Test
  void theSignatureIsCheckedOverTheKeyOfThisHandshake() {
    // Bob's payload on Mallory's static key: what a thief of the payload could send.
    NoiseHandshake a = initiator(null);
    NoiseHandshake b = responder(bobStatic);
    drive(a, b);
    drive(b, a);
    Verify verify = (Verify) a.poll();
    assertThat(verify).isNotNull();
    assertThat(verify.message().toByteArray()).endsWith(bobStatic.publicKey());
    byte[] other = NoiseStatic.signedBytes(aliceStatic.publicKey());
    assertThat(verify.key().verify(other, verify.signature().toByteArray())).isFalse();
  }

  @Test
  void everyFlippedByteOfEveryMessageIsNoticed() {
    NoiseHandshake model = initiator(null);
    int lengthB = messageB(model).length;
    for (int i = 2; i < lengthB; i++) {
      NoiseHandshake a = initiator(null);
      byte[] forged = messageB(a);
      forged[i] ^= 1;
      a.onBytes(ByteBuffer.wrap(forged), 0);
      assertThat(a.poll()).as("byte %d", i).isInstanceOf(Failed.class);
      assertThat(a.poll()).isNull();
    }
  }

  private byte[] messageB(NoiseHandshake a) {
    NoiseHandshake b = responder(bobStatic);
    b.onBytes(ByteBuffer.wrap(sent(a)), 0);
    return sent(b);
  }

  @Test
  void aMessageWithoutAPayloadIsRefused() {
    NoiseHandshake a = initiator(null);
    byte[] answer = NoiseHandshakeFuzz.secondMessage(sent(a), new byte[0]);
    a.onBytes(ByteBuffer.wrap(answer), 0);
    assertFailed(a.poll(), Reason.MALFORMED);
  }

  @Test
  void aReplayedSecondMessageFails() {
    byte[] old = messageB(initiator(null));
    NoiseHandshake a = initiator(null);
    sent(a);
    a.onBytes(ByteBuffer.wrap(old), 0);
    assertFailed(a.poll(), Reason.MALFORMED);
  }

  @ParameterizedTest
  @MethodSource("io.surgemesh.crypto.BothPrimitives#all")
  void smallOrderKeysAreRefused(Primitives by) {
    for (byte[] key : smallOrderKeys()) {
      NoiseHandshake b = responder(NoiseStatic.create(bob, MUXERS, random, by));
      b.onBytes(ByteBuffer.allocate(34).putShort((short) 32).put(key).flip(), 0);
      assertFailed(b.poll(), Reason.WEAK_KEY);
      assertThat(b.poll()).isNull();
    }
  }

  @Test
  void smallOrderKeysOfRespondersAreRefused() {
    for (byte[] key : smallOrderKeys()) {
      NoiseHandshake a = initiator(null);
      byte[] answer = messageB(a);
      System.arraycopy(key, 0, answer, 2, key.length);
      a.onBytes(ByteBuffer.wrap(answer), 0);
      assertFailed(a.poll(), Reason.WEAK_KEY);
      assertThat(a.poll()).isNull();
    }
  }

  @Test
  void smallOrderStaticKeysOfRespondersAreRefused() {
    for (byte[] key : smallOrderKeys()) {
      NoiseHandshake a = initiator(null);
      byte[] answer = NoiseHandshakeFuzz.secondMessage(sent(a), key, bobStatic.payload());
      a.onBytes(ByteBuffer.wrap(answer), 0);
      assertFailed(a.poll(), Reason.WEAK_KEY);
      assertThat(a.poll()).isNull();
    }
  }

  private static List<byte[]> smallOrderKeys() {
    return Stream.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
        .map(key -> Bytes.fromHex(key).toByteArray())
        .toList();
  }

  @Test
  void lengthsOutOfRangeFailBeforeAnythingIsAllocated() {
    for (int length : new int[] {0, 1, 31, NoiseHandshake.MESSAGE_BYTES_MAX + 1, 65_535}) {
      NoiseHandshake b = responder(bobStatic);
      b.onBytes(ByteBuffer.allocate(2).putShort((short) length).flip(), 0);
      assertFailed(b.poll(), Reason.MALFORMED);
    }
  }

  @Test
  void whatFollowsTheLastMessageIsLeft() {
    NoiseHandshake a = initiator(null);
    NoiseHandshake b = responder(bobStatic);
    drive(a, b);
    drive(b, a);
    Verify verify = (Verify) a.poll();
    assertThat(verify).isNotNull();
    a.onVerified(true, 0);
    byte[] last = sent(a);
    ByteBuffer bytes = ByteBuffer.allocate(last.length + 7).put(last);
    bytes.rewind();
    b.onBytes(bytes, 0);
    assertThat(bytes.remaining()).isEqualTo(7);
    assertThat(drive(b, null)).isInstanceOf(Established.class);
    b.onBytes(bytes, 0);
    assertThat(bytes.remaining()).isEqualTo(7);
  }

  @Test
  void bytesMayComeOneByOne() {
    NoiseHandshake a = initiator(bob.peerId());
    byte[] message = messageB(a);
    for (byte b : message) {
      a.onBytes(ByteBuffer.wrap(new byte[] {b}), 0);
    }
    assertThat(drive(a, null)).isInstanceOf(Established.class);
  }

  @Test
  void noBytesMakeItThrow() {
    byte[] messageA = sent(initiator(null));
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[2 + random.nextInt(400)];
      random.nextBytes(bytes);
      bytes[0] = 0;
      drive(feed(initiator(null), bytes), null);
      NoiseHandshake b = feed(responder(bobStatic), messageA);
      drive(feed(b, bytes), null);
    }
  }

  private static NoiseHandshake feed(NoiseHandshake machine, byte[] bytes) {
    machine.onBytes(ByteBuffer.wrap(bytes), 0);
    return machine;
  }
}
