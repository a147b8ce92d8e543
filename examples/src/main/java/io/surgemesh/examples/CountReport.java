package io.surgemesh.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints counted words: all of them as JSON, or the most frequent as a table. */
final class CountReport {
  private static final int TABLE_ROWS = 20;

  private record Row(String word, long count) {}

  private CountReport() {}

  static void print(WordTable words, int replaced, @Nullable JsonLines lines) {
    if (lines == null) {
      printTable(words, replaced, System.out);
      return;
    }
    lines.print(
        json -> {
          json.beginObject();
          json.name("event").value("result");
          json.name("job").value("wordcount");
          json.name("replaced").value(replaced);
          json.name("counts").beginObject();
          words.<IOException>forEach(
              (bytes, offset, length, count) ->
                  json.name(WordText.of(bytes, offset, length)).value(count));
          json.endObject().endObject();
        });
  }

  private static void printTable(WordTable words, int replaced, PrintStream out) {
    List<Row> rows = new ArrayList<>();
    long[] total = new long[1];
    words.<RuntimeException>forEach(
        (bytes, offset, length, count) -> {
          total[0] += count;
          rows.add(new Row(WordText.of(bytes, offset, length), count));
        });
    rows.sort(Comparator.comparingLong(Row::count).reversed().thenComparing(Row::word));
    for (Row row : rows.subList(0, Math.min(TABLE_ROWS, rows.size()))) {
      out.printf(Locale.ROOT, "%,12d  %s%n", row.count, Plain.text(row.word));
    }
    if (rows.size() > TABLE_ROWS) {
      out.printf(
          Locale.ROOT, "%12s  %,d more; --json prints all%n", "...", rows.size() - TABLE_ROWS);
    }
    out.printf(
        Locale.ROOT,
        "%,d words, %,d distinct, %d tasks placed again%n",
        total[0],
        rows.size(),
        replaced);
  }
}
