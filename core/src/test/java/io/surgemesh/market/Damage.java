package io.surgemesh.market;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Every small damage of some bytes. */
public final class Damage {
  private Damage() {}

  /** Returns the positions and kinds of damage after which {@code accepted} still holds. */
  public static List<String> unnoticed(byte[] whole, Predicate<byte[]> accepted) {
    List<String> unnoticed = unnoticedFlips(whole, accepted);
    for (int length = 0; length < whole.length; length++) {
      if (accepted.test(Arrays.copyOf(whole, length))) {
        unnoticed.add("cut to " + length);
      }
    }
    return unnoticed;
  }

  /** Returns the flips of one byte, in two ways, after which {@code accepted} still holds. */
  public static List<String> unnoticedFlips(byte[] whole, Predicate<byte[]> accepted) {
    List<String> unnoticed = new ArrayList<>();
    for (int at = 0; at < whole.length; at++) {
      for (int mask : new int[] {0x01, 0xff}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) mask;
        if (accepted.test(flipped)) {
          unnoticed.add("byte " + at + " xor " + mask);
        }
      }
    }
    return unnoticed;
  }
}
