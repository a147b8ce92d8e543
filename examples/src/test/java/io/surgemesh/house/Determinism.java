package io.surgemesh.house;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what would make a machine run differently a second time, or touch the world.
 *
 * <p>Types are forbidden by their use as such, methods by calls and method references. What a
 * machine reaches in other rooms is not followed: values and codecs there have rules of their own.
 */
final class Determinism {
  private static final List<String> PACKAGES =
      List.of(
          "java.net",
          "java.nio.channels",
          "java.nio.file",
          "java.util.concurrent",
          "java.sql",
          "io.netty",
          "org.slf4j",
          "com.github.benmanes.caffeine");

  private static final Set<String> TYPES =
      Set.of(
          "java.lang.Thread",
          "java.security.SecureRandom",
          "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap",
          "java.util.random.RandomGeneratorFactory");

  private static final Map<String, Set<String>> METHODS =
      Map.ofEntries(
          Map.entry(
              "java.lang.System", Set.of("nanoTime", "currentTimeMillis", "identityHashCode")),
          Map.entry(
              "java.lang.Math",
              Set.of(
                  "random", "log", "log10", "log1p", "exp", "expm1", "pow", "cbrt", "hypot", "sin",
                  "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh")),
          Map.entry("java.util.UUID", Set.of("randomUUID")),
          Map.entry("java.util.random.RandomGenerator", Set.of("getDefault", "of")),
          Map.entry("java.util.Set", Set.of("of", "copyOf")),
          Map.entry("java.util.Map", Set.of("of", "ofEntries", "copyOf")),
          Map.entry(
              "java.util.stream.Collectors",
              Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap")),
          Map.entry(
              "java.time.Clock",
              Set.of(
                  "system",
                  "systemUTC",
                  "systemDefaultZone",
                  "tickMillis",
                  "tickSeconds",
                  "tickMinutes")),
          Map.entry("java.time.InstantSource", Set.of("system")));

  /** Forbidden with this many parameters only: others take the map or the randomness to use. */
  private static final Map<String, Set<Integer>> ARITIES =
      Map.of(
          "java.util.Collections.shuffle", Set.of(1),
          "java.util.stream.Collectors.toMap", Set.of(2, 3),
          "java.util.stream.Collectors.groupingBy", Set.of(1, 2),
          "java.util.Random.<init>", Set.of(0),
          "java.util.SplittableRandom.<init>", Set.of(0));

  private Determinism() {}

  /** Returns the machines and all they reach, step by step, without leaving their package. */
  static Set<JavaClass> machinesAndTheirReach(Iterable<JavaClass> types, String machine) {
    Set<JavaClass> reached = new LinkedHashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>();
    for (JavaClass type : types) {
      if (type.isAssignableTo(machine) && !type.getName().equals(machine)) {
        open.add(type);
      }
    }
    while (!open.isEmpty()) {
      JavaClass type = open.remove();
      if (reached.add(type)) {
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .filter(target -> target.getPackageName().equals(type.getPackageName()))
            .filter(target -> !target.getName().equals(machine))
            .forEach(open::add);
      }
    }
    return reached;
  }

  static List<String> breaches(Collection<JavaClass> types) {
    Set<String> breaches = new TreeSet<>();
    for (JavaClass type : types) {
      type.getDirectDependenciesFromSelf().stream()
          .filter(dependency -> isForbidden(dependency.getTargetClass().getBaseComponentType()))
          .forEach(dependency -> breaches.add(dependency.getDescription()));
      type.getCodeUnitAccessesFromSelf().stream()
          .filter(access -> isForbidden(access.getTarget()))
          .map(JavaCodeUnitAccess::getDescription)
          .forEach(breaches::add);
    }
    return new ArrayList<>(breaches);
  }

  private static boolean isForbidden(JavaClass type) {
    return TYPES.contains(type.getName())
        || PACKAGES.stream().anyMatch(name -> (type.getPackageName() + ".").startsWith(name + "."));
  }

  private static boolean isForbidden(AccessTarget.CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    String name = target.getName();
    String member = owner + "." + name;
    return METHODS.getOrDefault(owner, Set.of()).contains(name)
        || ARITIES.getOrDefault(member, Set.of()).contains(target.getRawParameterTypes().size())
        || (name.equals("now") && owner.startsWith("java.time."))
        || name.equals("parallelStream")
        || (name.equals("parallel") && owner.startsWith("java.util.stream."));
  }
}
