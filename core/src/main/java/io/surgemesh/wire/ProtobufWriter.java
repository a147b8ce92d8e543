package io.surgemesh.wire;

import com.google.protobuf.WireFormat;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * Writes protobuf into an array of just its size, which {@link ProtobufSize} tells, for messages
 * that go out too often to be built as objects first.
 */
public final class ProtobufWriter {
  private static final int TAG_TYPE_BITS = 3;

  private final byte[] target;
  private int at;

  /**
   * Begins a message.
   *
   * @param bytes how long all of it will be
   */
  public ProtobufWriter(int bytes) {
    target = new byte[bytes];
  }

  /**
   * Writes a field of an unsigned integer or enum.
   *
   * @param value as unsigned 64 bits
   */
  public void varint(int field, long value) {
    tag(field, WireFormat.WIRETYPE_VARINT);
    put(value);
  }

  /** Writes a field of bytes. */
  public void bytes(int field, Bytes value) {
    head(field, value.size());
    value.copyTo(target, at);
    at += value.size();
  }

  /** Writes a field of bytes, or nothing when there are none. */
  public void bytesUnlessEmpty(int field, Bytes value) {
    if (!value.isEmpty()) {
      bytes(field, value);
    }
  }

  /** Writes a field of text, as UTF-8. */
  public void text(int field, String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    head(field, encoded.length);
    System.arraycopy(encoded, 0, target, at, encoded.length);
    at += encoded.length;
  }

  /** Writes what comes before a message inside of this one, whose fields are written next. */
  public void head(int field, int valueBytes) {
    tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    put(valueBytes);
  }

  private void tag(int field, int wireType) {
    put((long) field << TAG_TYPE_BITS | wireType);
  }

  private void put(long value) {
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      target[at++] = (byte) (rest | 0x80);
    }
    target[at++] = (byte) rest;
  }

  /**
   * Returns the message.
   *
   * @throws IllegalStateException when it is shorter than was said
   */
  public byte[] finish() {
    if (at != target.length) {
      throw new IllegalStateException(at + " bytes written of " + target.length);
    }
    return target;
  }
}
