package io.surgemesh.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A class that takes bytes and throws when they lead to a fault.
 *
 * @param name of the class without its package and the ending Fuzz
 * @param className of the class
 * @param testClasses the folder that the class was compiled to, with its inputs under {@code fuzz}
 */
record FuzzTarget(String name, String className, Path testClasses) {
  private static final String SUFFIX = "Fuzz.class";

  /** Returns the targets of all modules of a repository that is built, by name. */
  static List<FuzzTarget> under(Path repository) throws IOException {
    List<FuzzTarget> targets = new ArrayList<>();
    try (Stream<Path> modules = Files.list(repository)) {
      for (Path module : modules.toList()) {
        Path testClasses = module.resolve("target").resolve("test-classes");
        if (Files.isDirectory(testClasses)) {
          addThoseIn(testClasses, targets);
        }
      }
    }
    targets.sort(Comparator.comparing(FuzzTarget::name));
    return targets;
  }

  private static void addThoseIn(Path testClasses, List<FuzzTarget> targets) throws IOException {
    try (Stream<Path> files = Files.walk(testClasses)) {
      files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .map(file -> testClasses.relativize(file).toString().replaceAll("[/\\\\]", "."))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .forEach(name -> targets.add(of(name, testClasses)));
    }
  }

  private static FuzzTarget of(String className, Path testClasses) {
    String simpleName = className.substring(className.lastIndexOf('.') + 1);
    String name = simpleName.substring(0, simpleName.length() - "Fuzz".length());
    return new FuzzTarget(name, className, testClasses);
  }

  /** Returns the folder of the inputs kept for this target. */
  Path seeds() {
    return testClasses.resolve("fuzz").resolve(name);
  }
}
