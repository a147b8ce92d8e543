package io.surgemesh.dht;

/**
 * The XOR of two keys, ordered as an unsigned 256-bit number. Words most significant first.
 *
 * <p>Two different peers never have the same distance from one key, so it identifies a candidate.
 */
record Distance(long word0, long word1, long word2, long word3) implements Comparable<Distance> {
  int leadingZeros() {
    if (word0 != 0) {
      return Long.numberOfLeadingZeros(word0);
    }
    if (word1 != 0) {
      return Long.SIZE + Long.numberOfLeadingZeros(word1);
    }
    if (word2 != 0) {
      return 2 * Long.SIZE + Long.numberOfLeadingZeros(word2);
    }
    return 3 * Long.SIZE + Long.numberOfLeadingZeros(word3);
  }

  /** Returns one bit; that of index 0 is the most significant. */
  boolean bit(int index) {
    long word =
        switch (index / Long.SIZE) {
          case 0 -> word0;
          case 1 -> word1;
          case 2 -> word2;
          default -> word3;
        };
    return word << index < 0;
  }

  @Override
  public int compareTo(Distance other) {
    int order = Long.compareUnsigned(word0, other.word0);
    if (order == 0) {
      order = Long.compareUnsigned(word1, other.word1);
    }
    if (order == 0) {
      order = Long.compareUnsigned(word2, other.word2);
    }
    return order == 0 ? Long.compareUnsigned(word3, other.word3) : order;
  }
}
