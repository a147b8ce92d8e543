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

  private final ProtobufCursor cursor;

  private ProtobufScan(ProtobufCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * Walks over a message of the given type; nothing is kept of it.
   *
   * @throws MalformedMessageException when it is refused; nothing else is thrown, whatever the
   *     bytes
   */
  public static void check(Descriptor type, byte[] encoded, ScanLimits limits)
      throws MalformedMessageException {
    new ProtobufScan(new ProtobufCursor(encoded, limits)).message(type);
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

  /** Walks to the end of the present message; recursion is as deep as the limits allow. */
  private void message(Descriptor type) throws MalformedMessageException {
    BitSet seen = new BitSet();
    while (cursor.next()) {
      FieldDescriptor field = type.findFieldByNumber(cursor.field());
      if (field == null) {
        cursor.skip();
      } else {
        requireFirst(field, type, seen);
        value(field);
      }
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

  private void value(FieldDescriptor field) throws MalformedMessageException {
    if (field.isPackable() && cursor.wireType() == LENGTH_DELIMITED) {
      int outerEnd = cursor.enterPacked();
      while (cursor.nextPacked(field.getLiteType().getWireType())) {
        single(field);
      }
      cursor.leavePacked(outerEnd);
    } else if (field.getType() == FieldDescriptor.Type.MESSAGE) {
      int outerEnd = cursor.enter();
      message(field.getMessageType());
      cursor.leave(outerEnd);
    } else {
      single(field);
    }
  }

  private void single(FieldDescriptor field) throws MalformedMessageException {
    switch (field.getType()) {
      case INT32, ENUM -> cursor.int32();
      case UINT32, SINT32 -> cursor.uint32();
      case BOOL -> cursor.bool();
      default -> {
        cursor.require(field.getLiteType().getWireType());
        cursor.skip();
      }
    }
  }
}
