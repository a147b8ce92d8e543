package io.surgemesh.house;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which room may import which.
 *
 * <p>A room is a package directly under io.surgemesh with all below it, so generated code belongs
 * to the room it serves. What modules may see of each other is settled by their poms; the
 * benchmarks and interop modules stand outside this class path and this table.
 */
final class Rooms {
  static final String BASE = "io.surgemesh";

  /** The rooms whose types users see. */
  static final Set<String> API =
      Set.of(
          "mesh",
          "job",
          "market",
          "ledger",
          "host",
          "identity",
          "multiformats",
          "machine",
          "kotlin");

  private static final Set<String> PROTOCOL_MODULE =
      Set.of("mesh", "market", "host", "archive", "wire", "machine", "identity", "multiformats");

  private static final Map<String, Set<String>> IMPORTS =
      Map.ofEntries(
          Map.entry(
              "mesh",
              Set.of(
                  "netty",
                  "job",
                  "ledger",
                  "market",
                  "host",
                  "session",
                  "wire",
                  "identity",
                  "multiformats",
                  "machine")),
          Map.entry(
              "netty",
              Set.of("host", "session", "crypto", "wire", "machine", "identity", "multiformats")),
          Map.entry(
              "job",
              Set.of("ledger", "market", "host", "machine", "wire", "identity", "multiformats")),
          Map.entry("ledger", Set.of("market", "identity", "wire", "machine", "multiformats")),
          Map.entry("market", Set.of("identity", "wire", "multiformats")),
          Map.entry("host", Set.of("archive", "machine", "identity", "wire", "multiformats")),
          Map.entry("archive", Set.of("multiformats")),
          Map.entry("micrometer", Set.of("host", "identity")),
          Map.entry("session", Set.of("machine", "crypto", "identity", "wire", "multiformats")),
          Map.entry("crypto", Set.of()),
          Map.entry("wire", Set.of("multiformats")),
          Map.entry("identity", Set.of("crypto", "multiformats", "wire")),
          Map.entry("multiformats", Set.of()),
          Map.entry("machine", Set.of()),
          Map.entry("kotlin", API),
          Map.entry("dht", PROTOCOL_MODULE),
          Map.entry("gossip", PROTOCOL_MODULE),
          Map.entry(
              "simulator",
              Set.of(
                  "mesh",
                  "job",
                  "ledger",
                  "market",
                  "host",
                  "session",
                  "wire",
                  "identity",
                  "multiformats",
                  "machine")),
          Map.entry("examples", union(API, Set.of("dht", "gossip", "simulator"))));

  private Rooms() {}

  /** Returns the room of a package; the empty name for one that is in no room. */
  static String of(String packageName) {
    if (!packageName.startsWith(BASE + ".")) {
      return "";
    }
    String rest = packageName.substring(BASE.length() + 1);
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  static boolean isApi(JavaClass type) {
    return API.contains(of(type.getPackageName())) && !isGenerated(type);
  }

  /** Tells whether protoc wrote the class. */
  static boolean isGenerated(JavaClass type) {
    return (type.getPackageName() + ".").contains(".pb.");
  }

  static boolean mayImport(String from, String to) {
    return from.equals(to) || IMPORTS.getOrDefault(from, Set.of()).contains(to);
  }

  /** Returns each step a class takes into a room that its own may not import. */
  static List<String> strayImports(Iterable<JavaClass> types) {
    Set<String> strays = new TreeSet<>();
    for (JavaClass type : types) {
      String room = of(type.getPackageName());
      if (!IMPORTS.containsKey(room)) {
        strays.add(type.getName() + " stands in no known room");
      }
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith(BASE))
          .filter(target -> !mayImport(room, of(target.getPackageName())))
          .forEach(target -> strays.add(type.getName() + " imports " + target.getName()));
    }
    return new ArrayList<>(strays);
  }

  private static Set<String> union(Set<String> some, Set<String> more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(more);
    return all;
  }
}
