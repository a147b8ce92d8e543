package io.surgemesh.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Small changes to an input that was a good one, which get further than random bytes. */
final class Mutation {
  private static final int STEPS_MAX = 4;
  private static final int RUN_BYTES_MAX = 16;
  private static final int INPUT_BYTES_MAX = 16_384;

  /** Bytes at which decoders branch. */
  private static final byte[] EDGES = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};

  private Mutation() {}

  /** Returns {@code seed} after a few changes, some of them with parts of {@code other}. */
  static byte[] of(byte[] seed, byte[] other, SplittableRandom random) {
    byte[] changed = seed.clone();
    int steps = 1 + random.nextInt(STEPS_MAX);
    for (int i = 0; i < steps; i++) {
      changed = step(changed, other, random);
    }
    return changed.length <= INPUT_BYTES_MAX ? changed : Arrays.copyOf(changed, INPUT_BYTES_MAX);
  }

  private static byte[] step(byte[] input, byte[] other, SplittableRandom random) {
    if (input.length == 0) {
      return other.clone();
    }
    int at = random.nextInt(input.length);
    int run = Math.min(1 + random.nextInt(RUN_BYTES_MAX), input.length - at);
    return switch (random.nextInt(7)) {
      case 0, 1 -> withByte(input, at, input[at] ^ 1 << random.nextInt(Byte.SIZE));
      case 2 -> withByte(input, at, EDGES[random.nextInt(EDGES.length)]);
      case 3 -> Arrays.copyOf(input, at);
      case 4 -> joined(input, at, input, at + run);
      case 5 -> joined(input, at + run, input, at);
      default -> joined(input, at, other, random.nextInt(other.length + 1));
    };
  }

  private static byte[] withByte(byte[] input, int at, int value) {
    byte[] changed = input.clone();
    changed[at] = (byte) value;
    return changed;
  }

  /** Returns the first bytes of one input and the last of another. */
  private static byte[] joined(byte[] head, int headBytes, byte[] tail, int from) {
    byte[] joined = Arrays.copyOf(head, headBytes + tail.length - from);
    System.arraycopy(tail, from, joined, headBytes, tail.length - from);
    return joined;
  }
}
