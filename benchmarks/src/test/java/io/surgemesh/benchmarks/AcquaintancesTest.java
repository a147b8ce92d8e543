package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AcquaintancesTest {
  private static final List<PeerId> IDS =
      IntStream.range(0, 500).mapToObj(AcquaintancesTest::id).toList();

  private final Acquaintances acquaintances = new Acquaintances(IDS, new SplittableRandom(1));

  private static PeerId id(int number) {
    byte[] seed = ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(number).array();
    return KeyPair.fromSeed(seed).peerId();
  }

  @Test
  void nobodyIsMetTwiceNorByItself() {
    for (int peer = 0; peer < IDS.size(); peer++) {
      int[] met = acquaintances.of(IDS.get(peer));
      assertThat(met).doesNotHaveDuplicates().doesNotContain(peer);
    }
  }

  @Test
  void ofEachRangeOfDistancesAllAreMetOrSoManyAsABucketHasRoomForAndMore() {
    for (int peer = 0; peer < IDS.size(); peer++) {
      int[] met = acquaintances.of(IDS.get(peer));
      for (int bits = 0; bits < 12; bits++) {
        long all = inRange(peer, bits, IntStream.range(0, IDS.size()));
        assertThat(inRange(peer, bits, IntStream.of(met))).isEqualTo(Math.min(all, 100));
      }
    }
  }

  /** Returns how many of some peers share so many bits, and no more, with one. */
  private static long inRange(int peer, int bits, IntStream others) {
    long word = IDS.get(peer).sha256().word0();
    return others
        .filter(other -> other != peer)
        .mapToLong(other -> word ^ IDS.get(other).sha256().word0())
        .filter(apart -> Long.numberOfLeadingZeros(apart) == bits)
        .count();
  }
}
