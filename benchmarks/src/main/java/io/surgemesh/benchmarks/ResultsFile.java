package io.surgemesh.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Markdown file with one section per command; measuring again replaces that section only. */
final class ResultsFile {
  private static final String SECTION = "## ";
  private static final List<String> HEAD =
      List.of(
          "# Results",
          "",
          "Written by the commands in the headings, run from the root of the repository. Absolute"
              + " figures depend on the machine.",
          "");

  private ResultsFile() {}

  /**
   * Writes a section, in place of the older one of the same command.
   *
   * @throws IOException when the file cannot be read or written
   */
  static void write(Path file, String command, String machine, List<String> table)
      throws IOException {
    List<String> lines =
        new ArrayList<>(
            Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : HEAD);
    String heading = heading(command);
    int begin = lines.indexOf(heading);
    int end = lines.size();
    if (begin < 0) {
      begin = end;
    } else {
      end = end(lines, begin);
    }
    List<String> section = new ArrayList<>(List.of(heading, "", machine, "", "```text"));
    section.addAll(table);
    section.addAll(List.of("```", ""));
    lines.subList(begin, end).clear();
    lines.addAll(begin, section);
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  /**
   * Adds lines at the end of a command's section, which must be there.
   *
   * @throws IOException when the file cannot be read or written
   */
  static void addBelow(Path file, String command, List<String> markdown) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
    int end = end(lines, lines.indexOf(heading(command)));
    lines.addAll(end, markdown);
    lines.add(end + markdown.size(), "");
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  private static String heading(String command) {
    return SECTION + "`" + command + "`";
  }

  private static int end(List<String> lines, int begin) {
    int end = begin + 1;
    while (end < lines.size() && !lines.get(end).startsWith(SECTION)) {
      end++;
    }
    return end;
  }
}
