package io.surgemesh.wycheproof;

import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The tables of Wycheproof vectors beside this class; see README.md there. */
public final class VectorFile {
  /**
   * One test.
   *
   * @param key the field of the last line of a key above it; empty where there are none
   * @param fields number, result and what the table's kind has
   */
  public record Row(String key, List<String> fields) {
    /** Returns the test's number. */
    public String number() {
      return fields.get(0);
    }

    /** Returns {@code valid}, {@code invalid} or {@code acceptable}. */
    public String result() {
      return fields.get(1);
    }

    /** Returns the bytes of a field. */
    public byte[] bytes(int index) {
      return VectorFile.bytes(fields.get(index));
    }

    /** Returns the bytes of the key. */
    public byte[] keyBytes() {
      return VectorFile.bytes(key);
    }

    @Override
    public String toString() {
      return number() + " " + result();
    }
  }

  private VectorFile() {}

  /** Reads one table. */
  public static List<Row> rows(String name) {
    List<Row> rows = new ArrayList<>();
    String key = "";
    for (String line : text(name).lines().toList()) {
      List<String> fields = List.of(line.split(" ", -1));
      if (fields.get(0).equals("key")) {
        key = fields.get(1);
      } else {
        rows.add(new Row(key, fields));
      }
    }
    return rows;
  }

  private static String text(String name) {
    try (InputStream file = VectorFile.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static byte[] bytes(String hex) {
    return hex.equals("-") ? new byte[0] : Bytes.fromHex(hex).toByteArray();
  }
}
