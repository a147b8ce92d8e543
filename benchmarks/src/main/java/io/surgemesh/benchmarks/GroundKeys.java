package io.surgemesh.benchmarks;

import io.surgemesh.identity.KeyPair;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Keys that somebody made in great number, to use those whose identities stand near a point. */
final class GroundKeys {
  // The first word of where each stands; a key itself is made again from its number.
  private final long[] words;

  /** Makes so many keys, of any number the same ones first. */
  GroundKeys(int count) {
    this.words =
        IntStream.range(0, count)
            .mapToLong(number -> key(number).peerId().sha256().word0())
            .toArray();
  }

  /** Returns the nearest to a point, nearest first. */
  List<KeyPair> nearest(long point, int count) {
    return IntStream.range(0, words.length)
        .boxed()
        .sorted(KeyOrder.nearestTo(point, number -> words[number]))
        .limit(count)
        .map(GroundKeys::key)
        .toList();
  }

  private static KeyPair key(int number) {
    return KeyPair.fromSeed(ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(1, number).array());
  }
}
