package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeyTest {
  private static final int CASES = 2000;

  @Test
  void aKeyIsTheDigestOfItsRawBytes() {
    // SHA-256 of "abc", FIPS 180-2 appendix B.1.
    Key key = Key.of(Bytes.fromHex("616263"));
    assertThat(number(key.distanceTo(new Key(0, 0, 0, 0))).toString(16))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void peersAndRawKeysShareOneMetric() {
    assertThat(Key.of(TestPeers.peer(7))).isEqualTo(Key.of(TestPeers.peer(7).bytes()));
  }

  @Test
  void distanceIsTheExclusiveOrAsUnsignedNumber() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < CASES; i++) {
      Key target = random(random);
      Key a = random(random);
      Key b = near(a, random);
      BigInteger toA = number(target).xor(number(a));
      BigInteger toB = number(target).xor(number(b));
      assertThat(Integer.signum(target.distanceTo(a).compareTo(target.distanceTo(b))))
          .isEqualTo(toA.compareTo(toB));
      assertThat(a.commonPrefixBits(b)).isEqualTo(Key.BITS - number(a).xor(number(b)).bitLength());
    }
  }

  @Test
  void theMetricIsSymmetricAndHasOnePeerPerDistance() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < CASES; i++) {
      Key a = random(random);
      Key b = near(a, random);
      Key c = near(a, random);
      assertThat(a.distanceTo(b)).isEqualTo(b.distanceTo(a));
      assertThat(a.distanceTo(a)).isEqualTo(new Distance(0, 0, 0, 0));
      assertThat(a.distanceTo(b).equals(a.distanceTo(c))).isEqualTo(b.equals(c));
      BigInteger detour = number(a.distanceTo(b)).add(number(b.distanceTo(c)));
      assertThat(number(a.distanceTo(c))).isLessThanOrEqualTo(detour);
    }
  }

  private static Key random(SplittableRandom random) {
    return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  /** Returns a key that shares some prefix, so that all words come into play. */
  private static Key near(Key key, SplittableRandom random) {
    long flip = random.nextLong();
    return switch (random.nextInt(5)) {
      case 0 -> new Key(key.word0() ^ flip, flip, flip, flip);
      case 1 -> new Key(key.word0(), key.word1() ^ flip, flip, flip);
      case 2 -> new Key(key.word0(), key.word1(), key.word2() ^ flip, flip);
      case 3 -> new Key(key.word0(), key.word1(), key.word2(), key.word3() ^ flip);
      default -> key;
    };
  }

  private static BigInteger number(Key key) {
    return number(key.distanceTo(new Key(0, 0, 0, 0)));
  }

  private static BigInteger number(Distance distance) {
    ByteBuffer bytes = ByteBuffer.allocate(Key.BITS / Byte.SIZE);
    bytes.putLong(distance.word0()).putLong(distance.word1());
    bytes.putLong(distance.word2()).putLong(distance.word3());
    return new BigInteger(1, bytes.array());
  }
}
