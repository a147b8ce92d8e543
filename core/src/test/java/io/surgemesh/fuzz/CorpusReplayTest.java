package io.surgemesh.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each fuzz target of this module on the inputs kept for it, and on changes of those. */
class CorpusReplayTest {
  private static final int MUTATIONS = 3000;
  private static final int MUTATIONS_OF_SLOW_ONES = 100;

  /** Those whose inputs cost curve arithmetic, or the disk. */
  private static final Set<String> SLOW =
      Set.of(
          "CertificateCheck",
          "ConnectionUpgrade",
          "KeyFile",
          "LedgerExport",
          "NoiseHandshake",
          "TlsHandshake");

  private static final String SUFFIX = "Fuzz.class";

  private static Path classes() throws URISyntaxException {
    return Path.of(
        CorpusReplayTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Returns the names of the classes that are targets. */
  static List<String> targets() throws IOException, URISyntaxException {
    Path root = classes();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .map(file -> root.relativize(file).toString().replaceAll("[/\\\\]", "."))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .sorted()
          .toList();
    }
  }

  private static String shortName(String target) {
    return target.substring(target.lastIndexOf('.') + 1, target.length() - "Fuzz".length());
  }

  private static List<byte[]> corpus(String name) throws IOException, URISyntaxException {
    List<byte[]> inputs = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes().resolve("fuzz").resolve(name))) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    }
    return inputs;
  }

  @Test
  void everyCorpusHasATarget() throws IOException, URISyntaxException {
    try (Stream<Path> folders = Files.list(classes().resolve("fuzz"))) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              targets().stream().map(CorpusReplayTest::shortName).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void noInputOfTheCorpusNorAChangeOfOneIsAFinding(String target) throws Exception {
    MethodHandle run =
        MethodHandles.publicLookup()
            .findStatic(
                Class.forName(target),
                "fuzzerTestOneInput",
                MethodType.methodType(void.class, byte[].class));
    String name = shortName(target);
    List<byte[]> corpus = corpus(name);
    assertThat(corpus).isNotEmpty();
    int mutations = SLOW.contains(name) ? MUTATIONS_OF_SLOW_ONES : MUTATIONS;
    for (int i = 0; i < corpus.size(); i++) {
      SplittableRandom random = new SplittableRandom(i);
      run(run, corpus.get(i));
      for (int j = 0; j < mutations; j++) {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        run(run, Mutation.of(corpus.get(i), other, random));
      }
    }
  }

  private static void run(MethodHandle target, byte[] input) {
    try {
      target.invokeExact(input);
    } catch (Throwable finding) {
      throw new AssertionError("input " + HexFormat.of().formatHex(input), finding);
    }
  }
}
