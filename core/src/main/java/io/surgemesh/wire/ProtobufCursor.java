package io.surgemesh.wire;

import com.google.protobuf.WireFormat;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads protobuf from peers field by field, for messages that come too often to be walked over and
 * then parsed; {@link ProtobufScan} walks by it too. What a type allows is said by whoever calls
 * the method of that type.
 *
 * <p>Call {@link #next} until it returns false, and take each value, or {@link #skip} it, before
 * the next call. A message inside is read by the same calls, from {@link #enter} to {@link #leave}.
 * Not thread-safe.
 */
public final class ProtobufCursor {
  private static final int LENGTH_DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int TAG_TYPE_BITS = 3;
  private static final int VARINT_BYTES_MAX = 10;
  private static final long TAG_MAX = 0xffff_ffffL;

  private final byte[] data;
  private final ScanLimits limits;
  private int at;
  private int end;
  private int fields;
  private int depth = 1;
  private int field;
  private int wireType;

  /**
   * Begins before the first field.
   *
   * @throws MalformedMessageException when it is too long
   */
  public ProtobufCursor(byte[] data, ScanLimits limits) throws MalformedMessageException {
    if (data.length > limits.bytesMax()) {
      throw new MalformedMessageException(
          "message of " + data.length + " bytes, at most " + limits.bytesMax());
    }
    this.data = data;
    this.limits = limits;
    this.end = data.length;
  }

  /** Goes on to the next field of the present message; returns false after the last. */
  public boolean next() throws MalformedMessageException {
    if (at == end) {
      return false;
    }
    long tag = readVarint();
    if (tag < 0 || tag > TAG_MAX || tag >>> TAG_TYPE_BITS == 0) {
      throw new MalformedMessageException("field number out of range");
    }
    countField();
    field = (int) (tag >>> TAG_TYPE_BITS);
    wireType = (int) (tag & (1 << TAG_TYPE_BITS) - 1);
    return true;
  }

  private void countField() throws MalformedMessageException {
    if (++fields > limits.fieldsMax()) {
      throw new MalformedMessageException(
          "message has more than " + limits.fieldsMax() + " fields");
    }
  }

  /** Returns the number of the present field, 1 to 2^29-1. */
  public int field() {
    return field;
  }

  /** Returns the wire type of the present field. */
  int wireType() {
    return wireType;
  }

  /**
   * Takes a value of type int32 or enum.
   *
   * @throws MalformedMessageException when it is of another wire type, or has more than 32 bits
   */
  public int int32() throws MalformedMessageException {
    require(WireFormat.WIRETYPE_VARINT);
    long value = readVarint();
    requireInRange(value == (int) value);
    return (int) value;
  }

  /**
   * Takes a value of type uint32 or sint32, as it is encoded.
   *
   * @throws MalformedMessageException when it is of another wire type, or has more than 32 bits
   */
  int uint32() throws MalformedMessageException {
    require(WireFormat.WIRETYPE_VARINT);
    long value = readVarint();
    requireInRange(value >>> Integer.SIZE == 0);
    return (int) value;
  }

  /**
   * Takes a value of type uint64.
   *
   * @throws MalformedMessageException when it is of another wire type, or has more than 64 bits
   */
  public long uint64() throws MalformedMessageException {
    require(WireFormat.WIRETYPE_VARINT);
    return readVarint();
  }

  /**
   * Takes a value of type bool.
   *
   * @throws MalformedMessageException when it is of another wire type, or neither 0 nor 1
   */
  public boolean bool() throws MalformedMessageException {
    require(WireFormat.WIRETYPE_VARINT);
    long value = readVarint();
    requireInRange(value >>> 1 == 0);
    return value != 0;
  }

  private void requireInRange(boolean inRange) throws MalformedMessageException {
    if (!inRange) {
      throw new MalformedMessageException("number of field " + field + " out of range");
    }
  }

  /**
   * Takes a value of type string.
   *
   * @throws MalformedMessageException when it is of another wire type, reaches beyond the end, or
   *     is no UTF-8
   */
  public String text() throws MalformedMessageException {
    require(LENGTH_DELIMITED);
    int valueEnd = valueEnd();
    ByteBuffer encoded = ByteBuffer.wrap(data, at, valueEnd - at);
    at = valueEnd;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException notText) {
      throw new MalformedMessageException("field " + field + " is no text");
    }
  }

  /**
   * Takes a value of type bytes, a copy.
   *
   * @throws MalformedMessageException when it is of another wire type, or reaches beyond the end
   */
  public Bytes bytes() throws MalformedMessageException {
    require(LENGTH_DELIMITED);
    int valueEnd = valueEnd();
    Bytes value = Bytes.of(data, at, valueEnd - at);
    at = valueEnd;
    return value;
  }

  /**
   * Goes into a message inside of this one; {@link #next} then goes through its fields.
   *
   * @return what to {@link #leave} with
   * @throws MalformedMessageException when it is of another wire type, reaches beyond the end, or
   *     is nested too deeply
   */
  public int enter() throws MalformedMessageException {
    require(LENGTH_DELIMITED);
    if (++depth > limits.depthMax()) {
      throw new MalformedMessageException("message is nested too deeply");
    }
    return enterPacked();
  }

  /** Leaves a message inside of another, after its last field. */
  public void leave(int outerEnd) {
    depth--;
    leavePacked(outerEnd);
  }

  /**
   * Goes into packed numbers, which are no message of their own; returns what to leave them with.
   */
  int enterPacked() throws MalformedMessageException {
    require(LENGTH_DELIMITED);
    int outerEnd = end;
    end = valueEnd();
    return outerEnd;
  }

  /** Goes on to the next of some packed numbers, each of which counts as a field. */
  boolean nextPacked(int numberWireType) throws MalformedMessageException {
    if (at == end) {
      return false;
    }
    countField();
    wireType = numberWireType;
    return true;
  }

  /** Leaves packed numbers, after the last. */
  void leavePacked(int outerEnd) {
    end = outerEnd;
  }

  /** Passes over a value of an unknown field. */
  public void skip() throws MalformedMessageException {
    switch (wireType) {
      case WireFormat.WIRETYPE_VARINT -> readVarint();
      case WireFormat.WIRETYPE_FIXED64 -> advance(Long.BYTES);
      case WireFormat.WIRETYPE_FIXED32 -> advance(Integer.BYTES);
      case LENGTH_DELIMITED -> at = valueEnd();
      default -> throw new MalformedMessageException("wire type " + wireType + " is not allowed");
    }
  }

  /**
   * Takes note of a field that occurs once.
   *
   * @param seen a bit for each of those that have occurred, by number; numbers are at most 63
   * @return {@code seen} with this one
   * @throws MalformedMessageException when it has occurred before
   */
  public long once(long seen) throws MalformedMessageException {
    long bit = 1L << field;
    if ((seen & bit) != 0) {
      throw new MalformedMessageException("field " + field + " occurs twice");
    }
    return seen | bit;
  }

  /** Refuses the present field if it is of another wire type. */
  void require(int expected) throws MalformedMessageException {
    if (wireType != expected) {
      throw new MalformedMessageException("field " + field + " has another wire type");
    }
  }

  private void advance(int bytes) throws MalformedMessageException {
    if (bytes > end - at) {
      throw new MalformedMessageException("message ends inside a number");
    }
    at += bytes;
  }

  private int valueEnd() throws MalformedMessageException {
    long length = readVarint();
    if (length < 0 || length > end - at) {
      throw new MalformedMessageException("length reaches beyond the end");
    }
    return at + (int) length;
  }

  private long readVarint() throws MalformedMessageException {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      if (at == end) {
        throw new MalformedMessageException("message ends inside a varint");
      }
      byte b = data[at++];
      if (i == VARINT_BYTES_MAX - 1 && (b & 0xfe) != 0) {
        throw new MalformedMessageException("varint has more than 64 bits");
      }
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw new AssertionError("the tenth byte has ended the varint or been refused");
  }
}
