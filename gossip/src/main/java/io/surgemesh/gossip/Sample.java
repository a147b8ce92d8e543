package io.surgemesh.gossip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Draws without replacement, alike for the same seed and order. */
final class Sample {
  private Sample() {}

  /** Returns {@code count} members, none if negative, all if there are fewer, in random order. */
  static <T> List<T> of(Collection<T> members, int count, RandomGenerator random) {
    List<T> all = new ArrayList<>(members);
    int[] places = IntStream.range(0, all.size()).toArray();
    List<T> drawn = new ArrayList<>();
    for (int place : of(places, count, random)) {
      drawn.add(all.get(place));
    }
    return drawn;
  }

  /** Returns {@code count} of the bits set, none if negative, all if fewer, in random order. */
  static int[] of(BitSet members, int count, RandomGenerator random) {
    return of(members.stream().toArray(), count, random);
  }

  private static int[] of(int[] drawn, int count, RandomGenerator random) {
    int wanted = Math.max(0, Math.min(count, drawn.length));
    for (int i = 0; i < wanted; i++) {
      int j = i + random.nextInt(drawn.length - i);
      int picked = drawn[j];
      drawn[j] = drawn[i];
      drawn[i] = picked;
    }
    return Arrays.copyOf(drawn, wanted);
  }
}
