package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each fuzz target of this module on the inputs kept for it, and on changes of those. */
class CorpusReplayTest {
  private static final int MUTATIONS = 3000;
  private static final int STEPS_MAX = 4;

  private static Path classes() throws Exception {
    return Path.of(
        CorpusReplayTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  static List<String> targets() throws Exception {
    try (Stream<Path> files = Files.list(classes().resolve("io/surgemesh/gossip"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Fuzz.class"))
          .map(name -> name.substring(0, name.length() - "Fuzz.class".length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void noInputOfTheCorpusNorAChangeOfOneIsAFinding(String target) throws Exception {
    MethodHandle run =
        MethodHandles.publicLookup()
            .findStatic(
                Class.forName("io.surgemesh.gossip." + target + "Fuzz"),
                "fuzzerTestOneInput",
                MethodType.methodType(void.class, byte[].class));
    List<Path> corpus;
    try (Stream<Path> files = Files.list(classes().resolve("fuzz").resolve(target))) {
      corpus = files.sorted().toList();
    }
    assertThat(corpus).isNotEmpty();
    SplittableRandom random = new SplittableRandom(1);
    for (Path file : corpus) {
      byte[] seed = Files.readAllBytes(file);
      run(run, seed);
      for (int i = 0; i < MUTATIONS; i++) {
        run(run, changed(seed, random));
      }
    }
  }

  private static byte[] changed(byte[] seed, SplittableRandom random) {
    byte[] changed = Arrays.copyOf(seed, seed.length + random.nextInt(3));
    for (int steps = 1 + random.nextInt(STEPS_MAX); steps > 0 && changed.length > 0; steps--) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(4)) {
        case 0, 1 -> changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        case 2 -> changed[at] = (byte) random.nextInt();
        default -> changed = Arrays.copyOf(changed, at);
      }
    }
    return changed;
  }

  private static void run(MethodHandle target, byte[] input) {
    try {
      target.invokeExact(input);
    } catch (Throwable finding) {
      throw new AssertionError("input " + HexFormat.of().formatHex(input), finding);
    }
  }
}
