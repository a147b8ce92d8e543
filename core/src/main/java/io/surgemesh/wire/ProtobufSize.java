package io.surgemesh.wire;

import com.google.protobuf.CodedOutputStream;
import java.nio.charset.StandardCharsets;

/** How many bytes protobuf fields take, for messages that are sent without being encoded. */
public final class ProtobufSize {
  private ProtobufSize() {}

  /** Returns the size of a field of bytes, text or a message, its tag and length included. */
  public static int delimited(int field, int valueBytes) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(valueBytes)
        + valueBytes;
  }

  /** Returns the same, and 0 for a value of no bytes, whose field is left out. */
  public static int unlessEmpty(int field, int valueBytes) {
    return valueBytes == 0 ? 0 : delimited(field, valueBytes);
  }

  /** Returns the size of a field of text, its tag and length included. */
  public static int text(int field, String value) {
    return delimited(field, utf8Bytes(value));
  }

  /** Counts without encoding what is nearly always ASCII. */
  private static int utf8Bytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return text.length();
  }

  /**
   * Returns the size of a field of an unsigned integer or enum, its tag included.
   *
   * @param value as unsigned 64 bits
   */
  public static int varint(int field, long value) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(value);
  }
}
