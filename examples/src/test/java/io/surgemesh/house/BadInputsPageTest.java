package io.surgemesh.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/bad-inputs.md} to the tests that there are. */
class BadInputsPageTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");
  private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\| [^-#].*\\|$");

  /** Returns those named on a page whose class or method is not among the tests. */
  private static List<String> missing(String page, Map<String, String> sourceByClass) {
    List<String> missing = new ArrayList<>();
    NAMED
        .matcher(page)
        .results()
        .filter(
            test ->
                !Pattern.compile("\\bvoid " + test.group(2) + "\\(")
                    .matcher(sourceByClass.getOrDefault(test.group(1), ""))
                    .find())
        .forEach(test -> missing.add(test.group(1) + "." + test.group(2)));
    return missing;
  }

  private static Map<String, String> tests() throws IOException {
    Map<String, String> sourceByClass = new TreeMap<>();
    try (Stream<Path> modules = Files.list(HouseRulesTest.repository())) {
      for (Path module : modules.toList()) {
        Path root = module.resolve("src/test/java");
        if (Files.isDirectory(root)) {
          try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
              String name = file.getFileName().toString().replace(".java", "");
              sourceByClass.merge(name, Files.readString(file), String::concat);
            }
          }
        }
      }
    }
    return sourceByClass;
  }

  private static String page() throws IOException {
    return Files.readString(HouseRulesTest.repository().resolve("docs/bad-inputs.md"));
  }

  @Test
  void everyTestNamedOnThePageExists() throws IOException {
    assertThat(missing(page(), tests())).isEmpty();
    assertThat(NAMED.matcher(page()).results().count()).isGreaterThan(100);
  }

  @Test
  void everyRowNamesATest() throws IOException {
    List<String> rows = TABLE_ROW.matcher(page()).results().map(MatchResult::group).toList();
    assertThat(rows)
        .hasSizeGreaterThan(40)
        .filteredOn(row -> !row.startsWith("| advisory"))
        .allSatisfy(row -> assertThat(NAMED.matcher(row).find()).isTrue());
  }

  @Test
  void aTestThatIsNotThereIsNoticed() {
    Map<String, String> tests = Map.of("ThereTest", "class ThereTest {\n void isThere() {}\n}");
    assertThat(missing("`ThereTest.isThere` `ThereTest.isGone` `GoneTest.isThere`", tests))
        .containsExactly("ThereTest.isGone", "GoneTest.isThere");
  }
}
