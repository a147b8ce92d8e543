package io.surgemesh.crypto;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The primitives to be tested alike: Java's, and BoringSSL's where this machine can run its code.
 */
public final class BothPrimitives {
  private BothPrimitives() {}

  /** Returns them; a source of test parameters. */
  public static List<Primitives> all() {
    return Stream.concat(Stream.of(Primitives.java()), Primitives.boringSsl().stream()).toList();
  }

  static Optional<BoringSslPrimitives> nativeOnes() {
    return Primitives.boringSsl().map(BoringSslPrimitives.class::cast);
  }
}
