package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.charset.StandardCharsets;

/**
 * Reads DAG-CBOR, in the one encoding that it has of each value (IPLD, DAG-CBOR, Strictness).
 *
 * <p>So what is read and written again is the same, and no second spelling of signed bytes passes.
 * Refused are numbers longer than they need be, lengths left open, keys of a map that are no text,
 * occur twice or are not in order (the shorter first, then by their bytes), tags other than 42, and
 * whatever lies beyond the end. Nesting is limited to {@value #NESTING_MAX} levels. It makes
 * nothing but what it is asked for, and takes time with the length of the input.
 */
final class CborReader {
  /** The deepest nesting of lists, maps and links that is skipped. */
  static final int NESTING_MAX = 16;

  static final int UNSIGNED = 0;
  static final int NEGATIVE = 1;
  static final int BYTES = 2;
  static final int TEXT = 3;
  static final int LIST = 4;
  static final int MAP = 5;
  static final int TAG = 6;

  /** Of a link, the only tag there is. */
  private static final long LINK = 42;

  private static final int FALSE = 20;
  private static final int NULL = 22;
  private static final int DOUBLE = 27;

  /** Up to here a number stands in the head itself, beyond it in 1, 2, 4 or 8 bytes. */
  private static final int INLINED_MAX = 23;

  private static final int BYTES_8 = 27;

  /** What is done with one entry of a map. */
  @FunctionalInterface
  interface Entry {
    /** Reads the value of a key: that, and nothing beyond it. */
    void read(String key) throws MalformedMessageException;
  }

  private final byte[] data;
  private int at;
  private int major;
  private int info;
  private long number;

  /** Creates a reader of bytes that do not change. */
  CborReader(byte[] data) {
    this.data = data;
  }

  /** Reads a map, entry by entry. */
  void map(Entry entry) throws MalformedMessageException {
    expect(MAP);
    int count = count();
    Bytes last = null;
    for (int i = 0; i < count; i++) {
      Bytes key = string(TEXT);
      if (last != null && !isBefore(last, key)) {
        throw new MalformedMessageException("CBOR keys out of order");
      }
      last = key;
      entry.read(new String(key.toByteArray(), StandardCharsets.UTF_8));
    }
  }

  private static boolean isBefore(Bytes key, Bytes next) {
    return key.size() == next.size() ? key.compareTo(next) < 0 : key.size() < next.size();
  }

  /** Reads some bytes. */
  Bytes bytes() throws MalformedMessageException {
    return string(BYTES);
  }

  /** Reads a number that is not negative, as unsigned 64 bits. */
  long unsigned() throws MalformedMessageException {
    expect(UNSIGNED);
    return number;
  }

  /** Passes over a value of any kind. */
  void skip() throws MalformedMessageException {
    skip(1);
  }

  /** Refuses what follows. */
  void requireEnd() throws MalformedMessageException {
    if (at < data.length) {
      throw new MalformedMessageException("CBOR goes on after its end");
    }
  }

  private void skip(int depth) throws MalformedMessageException {
    if (depth > NESTING_MAX) {
      throw new MalformedMessageException("CBOR is nested too deeply");
    }
    int start = at;
    head();
    switch (major) {
      case UNSIGNED, NEGATIVE -> {
        // The head is all of it.
      }
      case BYTES, TEXT -> advance(number);
      case LIST -> {
        int count = count();
        for (int i = 0; i < count; i++) {
          skip(depth + 1);
        }
      }
      case MAP -> {
        at = start;
        map(key -> skip(depth + 1));
      }
      case TAG -> {
        if (number != LINK) {
          throw new MalformedMessageException("CBOR tag that is no link");
        }
        string(BYTES);
      }
      default -> checkSimple();
    }
  }

  /** Of the values without a kind of their own only false, true, null and numbers are allowed. */
  private void checkSimple() throws MalformedMessageException {
    boolean isConstant = info >= FALSE && info <= NULL;
    boolean isNumber = info == DOUBLE && Double.isFinite(Double.longBitsToDouble(number));
    if (!isConstant && !isNumber) {
      throw new MalformedMessageException("CBOR value that DAG-CBOR does not have");
    }
  }

  /** Returns how many items follow, each of which takes a byte at least. */
  private int count() throws MalformedMessageException {
    if (number < 0 || number > data.length - at) {
      throw new MalformedMessageException("CBOR has more items than bytes");
    }
    return (int) number;
  }

  private Bytes string(int kind) throws MalformedMessageException {
    expect(kind);
    int start = at;
    advance(number);
    return Bytes.of(data, start, at - start);
  }

  private void expect(int kind) throws MalformedMessageException {
    head();
    if (major != kind) {
      throw new MalformedMessageException("CBOR value of another kind");
    }
  }

  /** Reads what kind of value follows, and its number: the value itself, or how long it is. */
  private void head() throws MalformedMessageException {
    int initial = next();
    major = initial >>> 5;
    info = initial & 31;
    number = info;
    if (info <= INLINED_MAX) {
      return;
    }
    if (info > BYTES_8) {
      throw new MalformedMessageException("CBOR value of open length");
    }
    int bytes = 1 << (info - INLINED_MAX - 1);
    number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << Byte.SIZE | next();
    }
    if (major <= TAG && isTooLong(bytes)) {
      throw new MalformedMessageException("CBOR number longer than it need be");
    }
  }

  private boolean isTooLong(int bytes) {
    return bytes == 1 ? number <= INLINED_MAX : number >>> (Byte.SIZE * bytes / 2) == 0;
  }

  private int next() throws MalformedMessageException {
    if (at == data.length) {
      throw new MalformedMessageException("CBOR ends too early");
    }
    return data[at++] & 0xff;
  }

  private void advance(long bytes) throws MalformedMessageException {
    if (bytes < 0 || bytes > data.length - at) {
      throw new MalformedMessageException("CBOR length reaches beyond the end");
    }
    at += (int) bytes;
  }
}
