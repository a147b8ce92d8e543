package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Sha256;

/**
 * A point of the 256-bit key space: the SHA-256 of a peer id's bytes or of a raw key.
 *
 * <p>Peers and content share one metric, so both are hashed alike (libp2p kad-dht r2, Definitions,
 * Distance). Four words, most significant first.
 */
record Key(long word0, long word1, long word2, long word3) {
  /** The length of a key, in bits. */
  static final int BITS = 256;

  /** Returns where {@code peer} stands. */
  static Key of(PeerId peer) {
    return of(peer.sha256());
  }

  /** Returns where a raw key of a message stands. */
  static Key of(Bytes raw) {
    return of(Sha256.of(raw));
  }

  /** Returns the first word of {@link #of(PeerId)}. */
  static long firstWord(PeerId peer) {
    return peer.sha256().word0();
  }

  private static Key of(Sha256 hash) {
    return new Key(hash.word0(), hash.word1(), hash.word2(), hash.word3());
  }

  Distance distanceTo(Key other) {
    return new Distance(
        word0 ^ other.word0, word1 ^ other.word1, word2 ^ other.word2, word3 ^ other.word3);
  }

  /** Returns whether a peer is no farther than a distance's first word, unsigned. */
  boolean isWithin(long word, PeerId peer) {
    return Long.compareUnsigned(word0 ^ firstWord(peer), word) <= 0;
  }

  /** Returns how many leading bits both share; {@link #BITS} when they are equal. */
  int commonPrefixBits(Key other) {
    return distanceTo(other).leadingZeros();
  }
}
