package io.surgemesh.dht;

import java.util.random.RandomGenerator;

/** Times moved at random, so that peers started together do not act together for ever. */
final class Jitter {
  private static final int PARTS = 5;

  private Jitter() {}

  /** Returns {@code nanos} plus or minus up to a fifth. */
  static long around(long nanos, RandomGenerator random) {
    long part = nanos / PARTS;
    return part == 0 ? nanos : nanos - part + random.nextLong(2 * part + 1);
  }
}
