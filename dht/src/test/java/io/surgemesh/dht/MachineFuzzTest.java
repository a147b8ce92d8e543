package io.surgemesh.dht;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the fuzz targets of this room's machines with inputs drawn from seeds. */
final class MachineFuzzTest {
  private static final int INPUTS = 400;
  private static final int INPUT_BYTES_MAX = 600;

  static Stream<Named<Consumer<byte[]>>> targets() {
    return Stream.of(
        Named.of("lookup", LookupFuzz::fuzzerTestOneInput),
        Named.of("routing table", RoutingTableFuzz::fuzzerTestOneInput),
        Named.of("providers", ProviderStoreFuzz::fuzzerTestOneInput),
        Named.of("values", ValuesFuzz::fuzzerTestOneInput),
        Named.of("hints", HintsFuzz::fuzzerTestOneInput));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void rulesHoldWhateverTheInput(Consumer<byte[]> target) {
    for (int seed = 0; seed < INPUTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] input = new byte[random.nextInt(INPUT_BYTES_MAX)];
      random.nextBytes(input);
      try {
        target.accept(input);
      } catch (RuntimeException | AssertionError broken) {
        throw new AssertionError("seed " + seed, broken);
      }
    }
  }
}
