package io.surgemesh.simulator;

/** Draws 64 bits from a seed and an index, the same ones everywhere (SplitMix64's finalizer). */
final class Mix {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private Mix() {}

  static long mix(long bits) {
    long z = bits + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  static long mix(long seed, long index) {
    return mix(mix(seed) ^ index);
  }

  /**
   * Returns a number from 0 to {@code bound - 1}; the bias for small bounds does not matter here.
   */
  static long below(long bound, long bits) {
    return Long.remainderUnsigned(bits, bound);
  }
}
