package io.surgemesh.benchmarks;

import io.surgemesh.identity.PeerId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Whom each peer of a mesh has met, had all been there for long: of each range of distances some,
 * at random, more than a bucket of a routing table has room for, as that takes few of one network.
 */
final class Acquaintances {
  private static final int RANGE_PEERS_MAX = 100;

  // Peers by key, as unsigned numbers, and the first words of these.
  private final int[] peers;
  private final long[] words;
  private final SplittableRandom random;

  /**
   * Creates them.
   *
   * @param ids of all peers, by number
   */
  Acquaintances(List<PeerId> ids, SplittableRandom random) {
    long[] words = ids.stream().mapToLong(id -> id.sha256().word0()).toArray();
    this.peers =
        IntStream.range(0, words.length)
            .boxed()
            .sorted(KeyOrder.ascending(peer -> words[peer]))
            .mapToInt(Integer::intValue)
            .toArray();
    this.words = IntStream.of(peers).mapToLong(peer -> words[peer]).toArray();
    this.random = random;
  }

  /** Returns the numbers of those that the peer with this id has met, without itself. */
  int[] of(PeerId peer) {
    long word = peer.sha256().word0();
    IntStream.Builder met = IntStream.builder();
    int from = 0;
    int to = words.length;
    // From the peers that share a prefix with this one, those go that share one more bit.
    for (int bits = 0; to - from > 1; bits++) {
      long bit = 1L << (Long.SIZE - 1 - bits);
      int middle = KeyOrder.firstFrom(place -> words[place], (word & -bit) | bit, from, to);
      boolean upper = (word & bit) != 0;
      drawn(upper ? from : middle, upper ? middle : to).forEach(met);
      from = upper ? middle : from;
      to = upper ? to : middle;
    }
    return met.build().toArray();
  }

  /** Draws peers from a range of places, each once. */
  private IntStream drawn(int from, int to) {
    IntStream places =
        to - from <= RANGE_PEERS_MAX
            ? IntStream.range(from, to)
            : random.ints(from, to).distinct().limit(RANGE_PEERS_MAX);
    return places.map(place -> peers[place]);
  }
}
