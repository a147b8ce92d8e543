package io.surgemesh.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.MemberSelectTree;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules that sources keep; each returns the places that do not. */
final class SourceRules {
  static final int FILE_LINES_MAX = 400;
  static final int METHOD_LINES_MAX = 50;

  private static final Pattern PUTS_TO_SLEEP =
      Pattern.compile("(.+\\.)?(Thread|TimeUnit(\\.\\w+)?)");

  private static final Set<String> PACKAGE_NAMES_BANNED =
      Set.of("util", "common", "impl", "api", "etc", "model", "helper");

  /** Modules that are programs, and so may write to the console. */
  private static final Set<String> PROGRAMS = Set.of("examples", "benchmarks");

  private SourceRules() {}

  static List<String> longFiles(List<SourceFile> files) {
    return files.stream()
        .filter(SourceFile::isMain)
        .filter(file -> file.lines() > FILE_LINES_MAX)
        .map(file -> file.name() + ", " + file.lines() + " lines")
        .toList();
  }

  static List<String> longMethods(List<SourceFile> files) {
    return places(files.stream().filter(SourceFile::isMain), SourceFile::methods).stream()
        .filter(method -> method.lines() > METHOD_LINES_MAX)
        .map(SourceFile.Place::toString)
        .toList();
  }

  static List<String> sleeps(List<SourceFile> files) {
    return selects(
        files.stream(),
        select ->
            select.getIdentifier().contentEquals("sleep")
                && PUTS_TO_SLEEP.matcher(select.getExpression().toString()).matches());
  }

  static List<String> printedTraces(List<SourceFile> files) {
    return selects(
        files.stream(), select -> select.getIdentifier().contentEquals("printStackTrace"));
  }

  static List<String> consoleWrites(List<SourceFile> files) {
    return selects(
        files.stream().filter(file -> PROGRAMS.stream().noneMatch(file::isIn)),
        select ->
            select.getIdentifier().contentEquals("out")
                && Set.of("System", "java.lang.System")
                    .contains(select.getExpression().toString()));
  }

  static List<String> testsDisabledWithoutReason(List<SourceFile> files) {
    return places(files.stream(), file -> file.annotations(SourceRules::disablesSilently)).stream()
        .map(SourceFile.Place::toString)
        .toList();
  }

  private static boolean disablesSilently(AnnotationTree annotation) {
    String type = annotation.getAnnotationType().toString();
    return (type.equals("Disabled") || type.endsWith(".Disabled"))
        && annotation.getArguments().stream()
            .allMatch(argument -> argument.toString().matches("(value = )?\"\\s*\""));
  }

  static List<String> packagesOfBannedName(List<SourceFile> files) {
    return files.stream()
        .map(SourceFile::packageName)
        .distinct()
        .filter(
            name ->
                name.equals(Rooms.BASE)
                    || Stream.of(name.split("\\.")).anyMatch(PACKAGE_NAMES_BANNED::contains))
        .sorted()
        .toList();
  }

  static List<String> packagesNotNullMarked(List<SourceFile> files) {
    Map<String, Boolean> marked = new TreeMap<>();
    files.stream()
        .filter(SourceFile::isMain)
        .forEach(
            file ->
                marked.merge(
                    file.name().substring(0, file.name().lastIndexOf('/')),
                    file.isPackageInfo() && file.isNullMarked(),
                    Boolean::logicalOr));
    return marked.entrySet().stream()
        .filter(folder -> !folder.getValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<String> selects(
      Stream<SourceFile> files, Predicate<MemberSelectTree> wanted) {
    return places(files, file -> file.selects(wanted)).stream()
        .map(SourceFile.Place::toString)
        .toList();
  }

  private static List<SourceFile.Place> places(
      Stream<SourceFile> files, Function<SourceFile, List<SourceFile.Place>> finder) {
    return files.map(finder).flatMap(Collection::stream).toList();
  }
}
