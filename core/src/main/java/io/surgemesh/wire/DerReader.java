package io.surgemesh.wire;

import io.surgemesh.multiformats.MalformedMessageException;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER values one after the other, taking only the one encoding that DER allows (X.690).
 *
 * <p>Lengths have to be definite and minimal, and are at most 65,535; a length is compared with
 * what is there before anything is copied. Confined to one thread. Internal: public only for the
 * rooms that read keys and certificates.
 */
public final class DerReader {
  /** The tag of an INTEGER. */
  public static final int INTEGER = 0x02;

  /** The tag of a BIT STRING. */
  public static final int BIT_STRING = 0x03;

  /** The tag of an OCTET STRING. */
  public static final int OCTET_STRING = 0x04;

  /** The tag of a SEQUENCE. */
  public static final int SEQUENCE = 0x30;

  /** Begins a length of one further byte. */
  public static final int ONE_BYTE_FOLLOWS = 0x81;

  /** Begins a length of two further bytes. */
  public static final int TWO_BYTES_FOLLOW = 0x82;

  private static final int SHORT_LENGTH_MAX = 127;

  private final byte[] encoded;
  private int at;

  /** Creates a reader of values that belong to the caller and must not change meanwhile. */
  public DerReader(byte[] encoded) {
    this.encoded = encoded;
  }

  /** Returns a reader of what is inside the next value, which must have the given tag. */
  public DerReader enter(int tag) throws MalformedMessageException {
    return new DerReader(content(tag));
  }

  /** Returns what is inside the next value, which must have the given tag. */
  public byte[] content(int tag) throws MalformedMessageException {
    int length = pass(tag);
    return Arrays.copyOfRange(encoded, at - length, at);
  }

  /** Returns the next value with its tag, which must be the given one, and its length. */
  public byte[] whole(int tag) throws MalformedMessageException {
    int from = at;
    pass(tag);
    return Arrays.copyOfRange(encoded, from, at);
  }

  /** Moves behind the next value; returns the length of what is inside. */
  private int pass(int tag) throws MalformedMessageException {
    if (next() != tag) {
      throw new MalformedMessageException("DER value has another tag");
    }
    int length = length();
    if (length > encoded.length - at) {
      throw new MalformedMessageException("DER length reaches beyond the end");
    }
    at += length;
    return length;
  }

  /** Returns the next value, an INTEGER that is not negative. */
  public BigInteger unsigned() throws MalformedMessageException {
    byte[] content = content(INTEGER);
    boolean negative = content.length > 0 && content[0] < 0;
    boolean padded = content.length > 1 && content[0] == 0 && content[1] >= 0;
    if (content.length == 0 || negative || padded) {
      throw new MalformedMessageException("DER integer is negative or not minimal");
    }
    return new BigInteger(content);
  }

  /** Returns the next value, a BIT STRING of whole bytes. */
  public byte[] bitString(int tag) throws MalformedMessageException {
    byte[] content = content(tag);
    if (content.length == 0 || content[0] != 0) {
      throw new MalformedMessageException("DER bit string is not one of whole bytes");
    }
    return Arrays.copyOfRange(content, 1, content.length);
  }

  /** Passes over exactly these bytes. */
  public void require(byte[] expected) throws MalformedMessageException {
    int end = at + expected.length;
    if (end > encoded.length || !Arrays.equals(encoded, at, end, expected, 0, expected.length)) {
      throw new MalformedMessageException("DER value is another than expected");
    }
    at = end;
  }

  /** Returns normally when nothing is left to read. */
  public void requireEnd() throws MalformedMessageException {
    if (at != encoded.length) {
      throw new MalformedMessageException("bytes behind the last DER value");
    }
  }

  private int length() throws MalformedMessageException {
    int first = next();
    if (first <= SHORT_LENGTH_MAX) {
      return first;
    }
    if (first != ONE_BYTE_FOLLOWS && first != TWO_BYTES_FOLLOW) {
      throw new MalformedMessageException("DER length is indefinite or too large");
    }
    int length = next();
    boolean minimal = length > SHORT_LENGTH_MAX;
    if (first == TWO_BYTES_FOLLOW) {
      minimal = length > 0;
      length = length << Byte.SIZE | next();
    }
    if (!minimal) {
      throw new MalformedMessageException("DER length is not minimal");
    }
    return length;
  }

  private int next() throws MalformedMessageException {
    if (at == encoded.length) {
      throw new MalformedMessageException("DER value is cut off");
    }
    return encoded[at++] & 0xff;
  }
}
