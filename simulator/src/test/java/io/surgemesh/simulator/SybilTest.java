package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multihash;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SybilTest {
  private static final PeerId VICTIM = new SimulatedNetwork(1).addHost().peerId();

  private static byte[] place(PeerId peer) {
    return Multihash.sha256(peer.encode()).digest().toByteArray();
  }

  private static int firstByteApart(KeyPair pair) {
    return (place(pair.peerId())[0] ^ place(VICTIM)[0]) & 0xff;
  }

  @Test
  void keysStandNextToTheVictim() {
    RandomGenerator random = new SplittableRandom(1);
    for (int i = 0; i < 5; i++) {
      assertThat(firstByteApart(Sybil.nearKey(VICTIM, 8, random))).isZero();
      assertThat(firstByteApart(Sybil.nearKey(VICTIM, 4, random))).isLessThan(16);
    }
  }

  @Test
  void withoutAPrefixTheyStandAnywhere() {
    RandomGenerator random = new SplittableRandom(1);
    int near = 0;
    for (int i = 0; i < 40; i++) {
      near += firstByteApart(Sybil.nearKey(VICTIM, 0, random)) < 16 ? 1 : 0;
    }
    assertThat(near).isLessThan(10);
  }

  @Test
  void oneSeedGivesTheSameKeysAndEachIsAnother() {
    RandomGenerator one = new SplittableRandom(1);
    KeyPair first = Sybil.nearKey(VICTIM, 4, one);
    KeyPair second = Sybil.nearKey(VICTIM, 4, one);
    assertThat(second.peerId()).isNotEqualTo(first.peerId());
    assertThat(Sybil.nearKey(VICTIM, 4, new SplittableRandom(1)).peerId())
        .isEqualTo(first.peerId());
  }

  @Test
  void itEndsWithNumbersThatAreNotRandom() {
    RandomGenerator zeros = () -> 0;
    KeyPair key = Sybil.nearKey(VICTIM, 4, zeros);
    assertThat(key.peerId()).isEqualTo(KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]).peerId());
    assertThat(firstByteApart(key)).as("not near, so all were tried").isGreaterThan(15);
  }

  @Test
  void theLengthOfThePrefixIsBounded() {
    RandomGenerator random = new SplittableRandom(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Sybil.nearKey(VICTIM, -1, random));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sybil.nearKey(VICTIM, Sybil.PREFIX_BITS_MAX + 1, random));
  }
}
