package io.surgemesh.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the file of a {@link LatencyMatrix}: milliseconds as text, exactly into nanoseconds. */
final class MatrixFile {
  /** The largest file that is read: 16 characters per number of the largest matrix. */
  static final long BYTES_MAX = 16L * LatencyMatrix.PLACES_MAX * LatencyMatrix.PLACES_MAX;

  private static final Pattern SEPARATOR = Pattern.compile("\\s*,\\s*|\\s+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}(?:\\.[0-9]{0,12})?");
  private static final int DECIMALS_MAX = 6;
  private static final long MILLI_NANOS = 1_000_000L;

  private final Path file;
  private final List<long[]> rows = new ArrayList<>();
  private int lineNumber;

  private MatrixFile(Path file) {
    this.file = file;
  }

  static long[][] read(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException(file + ": more than " + BYTES_MAX + " bytes");
    }
    MatrixFile reading = new MatrixFile(file);
    // Any byte is a character there, so that a comment may be in any encoding.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reading.add(line);
      }
    }
    return reading.matrix();
  }

  private void add(String line) throws IOException {
    lineNumber++;
    int comment = line.indexOf('#');
    String numbers = (comment < 0 ? line : line.substring(0, comment)).strip();
    if (numbers.isEmpty()) {
      return;
    }
    String[] parts = SEPARATOR.split(numbers, -1);
    int columns = rows.isEmpty() ? parts.length : rows.get(0).length;
    if (parts.length > LatencyMatrix.PLACES_MAX) {
      throw malformed(parts.length + " numbers, at most " + LatencyMatrix.PLACES_MAX);
    } else if (parts.length != columns) {
      throw malformed(parts.length + " numbers, the first line has " + columns);
    } else if (rows.size() == columns) {
      throw malformed("more lines than the " + columns + " numbers of each");
    }
    long[] row = new long[columns];
    for (int column = 0; column < columns; column++) {
      row[column] = nanos(parts[column], column);
    }
    rows.add(row);
  }

  private long[][] matrix() throws IOException {
    if (rows.isEmpty()) {
      throw new IOException(file + ": no numbers");
    }
    if (rows.size() < rows.get(0).length) {
      throw malformed("the end, after " + rows.size() + " of " + rows.get(0).length + " lines");
    }
    return rows.toArray(new long[0][]);
  }

  private long nanos(String text, int column) throws IOException {
    if (!NUMBER.matcher(text).matches()) {
      throw malformed("number " + (column + 1) + " is not milliseconds: \"" + text + "\"");
    }
    int point = text.indexOf('.');
    String whole = point < 0 ? text : text.substring(0, point);
    String decimals = point < 0 ? "" : text.substring(point + 1);
    if (decimals.length() > DECIMALS_MAX) {
      throw malformed("number " + (column + 1) + " is finer than a nanosecond: " + text);
    }
    String padded = decimals + "0".repeat(DECIMALS_MAX - decimals.length());
    long nanos = Long.parseLong(whole) * MILLI_NANOS + Long.parseLong(padded);
    if (nanos > LatencyMatrix.MILLIS_MAX * MILLI_NANOS) {
      throw malformed(
          "number " + (column + 1) + " is over " + LatencyMatrix.MILLIS_MAX + ": " + text);
    }
    return nanos;
  }

  private IOException malformed(String what) {
    return new IOException(file + ", line " + lineNumber + ": " + what);
  }
}
