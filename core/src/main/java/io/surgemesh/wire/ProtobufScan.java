package io.surgemesh.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.util.BitSet;

/**
 * Reads protobuf from peers, refusing what a parser would silently repair or pay too much for.
 *
 * <p>A walk over the bytes comes before the parser. It refuses messages beyond {@link ScanLimits},
 * singular fields or members of one oneof that occur twice, numbers that their type would truncate,
 * groups, wire types that do not fit a known field, and lengths beyond the end. Varints that are
 * not minimal and unknown fields are allowed (protobuf encoding guide).
 */
public final class ProtobufScan {
  private static final int LENGTH_DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int TAG_TYPE_BITS = 3;
  private static final int VARINT_BYTES_MAX = 10;
  private static final long TAG_MAX = 0xffff_ffffL;

  private final byte[] data;
  private final ScanLimits limits;
  private int at;
  private int fields;

  private ProtobufScan(byte[] data, ScanLimits limits) {
    this.data = data;
    this.limits = limits;
  }

  /**
   * Walks over a message of the given type; nothing is kept of it.
   *
   * @throws MalformedMessageException when it is refused; nothing else is thrown, whatever the
   *     bytes
   */
  public static void check(Descriptor type, byte[] encoded, ScanLimits limits)
      throws MalformedMessageException {
    if (encoded.length > limits.bytesMax()) {
      throw new MalformedMessageException(
          "message of " + encoded.length + " bytes, at most " + limits.bytesMax());
    }
    new ProtobufScan(encoded, limits).message(type, encoded.length, 1);
  }

  /**
   * Returns the message that {@code encoded} holds, after the walk.
   *
   * @param defaultInstance of the type to parse, from {@code getDefaultInstance()}
   * @throws MalformedMessageException when the walk or the parser refuses it; nothing else is
   *     thrown, whatever the bytes
   */
  public static <T extends Message> T parse(T defaultInstance, byte[] encoded, ScanLimits limits)
      throws MalformedMessageException {
    check(defaultInstance.getDescriptorForType(), encoded, limits);
    CodedInputStream source = CodedInputStream.newInstance(encoded);
    source.setRecursionLimit(limits.depthMax());
    try {
      Message parsed = defaultInstance.getParserForType().parseFrom(source);
      source.checkLastTagWas(0);
      @SuppressWarnings("unchecked") // A message's own parser makes messages of its own type.
      T result = (T) parsed;
      return result;
    } catch (IOException refused) {
      throw new MalformedMessageException("protobuf parser: " + refused.getMessage());
    }
  }

  /** Walks to {@code end}; recursion is as deep as the limits allow. */
  private void message(Descriptor type, int end, int depth) throws MalformedMessageException {
    if (depth > limits.depthMax()) {
      throw new MalformedMessageException("message is nested too deeply");
    }
    BitSet seen = new BitSet();
    while (at < end) {
      long tag = varint(end);
      if (tag < 0 || tag > TAG_MAX || tag >>> TAG_TYPE_BITS == 0) {
        throw new MalformedMessageException("field number out of range");
      }
      countField();
      int wireType = (int) (tag & (1 << TAG_TYPE_BITS) - 1);
      FieldDescriptor field = type.findFieldByNumber((int) (tag >>> TAG_TYPE_BITS));
      if (field == null) {
        skip(wireType, end);
      } else {
        requireFirst(field, type, seen);
        value(field, wireType, end, depth);
      }
    }
  }

  private void countField() throws MalformedMessageException {
    if (++fields > limits.fieldsMax()) {
      throw new MalformedMessageException(
          "message has more than " + limits.fieldsMax() + " fields");
    }
  }

  private static void requireFirst(FieldDescriptor field, Descriptor type, BitSet seen)
      throws MalformedMessageException {
    if (field.isRepeated()) {
      return;
    }
    OneofDescriptor oneof = field.getContainingOneof();
    int index = oneof == null ? field.getIndex() : type.getFields().size() + oneof.getIndex();
    if (seen.get(index)) {
      throw new MalformedMessageException("field " + field.getNumber() + " occurs twice");
    }
    seen.set(index);
  }

  private void value(FieldDescriptor field, int wireType, int end, int depth)
      throws MalformedMessageException {
    int expected = field.getLiteType().getWireType();
    if (wireType != expected && !(field.isPackable() && wireType == LENGTH_DELIMITED)) {
      throw new MalformedMessageException("field " + field.getNumber() + " has another wire type");
    }
    if (wireType != LENGTH_DELIMITED) {
      scalar(field, wireType, end);
      return;
    }
    int valueEnd = valueEnd(end);
    if (expected != LENGTH_DELIMITED) {
      while (at < valueEnd) {
        countField();
        scalar(field, expected, valueEnd);
      }
    } else if (field.getType() == FieldDescriptor.Type.MESSAGE) {
      message(field.getMessageType(), valueEnd, depth + 1);
    }
    at = valueEnd;
  }

  private void scalar(FieldDescriptor field, int wireType, int end)
      throws MalformedMessageException {
    if (wireType != WireFormat.WIRETYPE_VARINT) {
      skip(wireType, end);
      return;
    }
    long value = varint(end);
    boolean inRange =
        switch (field.getType()) {
          case INT32, ENUM -> value == (int) value;
          case UINT32, SINT32 -> value >>> Integer.SIZE == 0;
          case BOOL -> value >>> 1 == 0;
          default -> true;
        };
    if (!inRange) {
      throw new MalformedMessageException("number of field " + field.getNumber() + " out of range");
    }
  }

  private void skip(int wireType, int end) throws MalformedMessageException {
    switch (wireType) {
      case WireFormat.WIRETYPE_VARINT -> varint(end);
      case WireFormat.WIRETYPE_FIXED64 -> advance(Long.BYTES, end);
      case WireFormat.WIRETYPE_FIXED32 -> advance(Integer.BYTES, end);
      case LENGTH_DELIMITED -> at = valueEnd(end);
      default -> throw new MalformedMessageException("wire type " + wireType + " is not allowed");
    }
  }

  private void advance(int bytes, int end) throws MalformedMessageException {
    if (bytes > end - at) {
      throw new MalformedMessageException("message ends inside a number");
    }
    at += bytes;
  }

  /** Reads a length and returns the index behind the value that it announces. */
  private int valueEnd(int end) throws MalformedMessageException {
    long length = varint(end);
    if (length < 0 || length > end - at) {
      throw new MalformedMessageException("length reaches beyond the end");
    }
    return at + (int) length;
  }

  private long varint(int end) throws MalformedMessageException {
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
