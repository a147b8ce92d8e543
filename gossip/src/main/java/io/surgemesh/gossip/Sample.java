package io.surgemesh.gossip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws without replacement, alike for the same seed and order. */
final class Sample {
  private Sample() {}

  /** Returns {@code count} members, none if negative, all if there are fewer, in random order. */
  static <T> List<T> of(Collection<T> members, int count, RandomGenerator random) {
    List<T> drawn = new ArrayList<>(members);
    int wanted = Math.max(0, Math.min(count, drawn.size()));
    for (int i = 0; i < wanted; i++) {
      int j = i + random.nextInt(drawn.size() - i);
      T picked = drawn.get(j);
      drawn.set(j, drawn.get(i));
      drawn.set(i, picked);
    }
    return new ArrayList<>(drawn.subList(0, wanted));
  }

  /** Returns {@code count} of the bits set, all if there are fewer, in random order. */
  static int[] of(BitSet members, int count, RandomGenerator random) {
    int[] drawn = new int[members.cardinality()];
    int known = 0;
    for (int bit = members.nextSetBit(0); bit >= 0; bit = members.nextSetBit(bit + 1)) {
      drawn[known++] = bit;
    }
    int wanted = Math.min(count, known);
    for (int i = 0; i < wanted; i++) {
      int j = i + random.nextInt(known - i);
      int picked = drawn[j];
      drawn[j] = drawn[i];
      drawn[i] = picked;
    }
    return Arrays.copyOf(drawn, wanted);
  }
}
