package io.surgemesh.netty;

import io.surgemesh.session.RecordSealer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Hands the input to the records of a connection: piece by piece, some of it as it is, some as the
 * content of records that the peer has sealed, so that what comes behind the cipher is reached.
 *
 * <pre>
 * input = suite | pieces; piece = kind | length | bytes
 * </pre>
 */
public final class TlsRecordsFuzz {
  private static final int APPLICATION_DATA = 23;
  private static final int HANDSHAKE = 22;

  private TlsRecordsFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    TlsPair pair = new TlsPair(data[0]);
    boolean honest = true;
    for (int at = 1; at + 2 <= data.length; ) {
      int end = Math.min(data.length, at + 2 + (data[at + 1] & 0xff));
      byte[] bytes = Arrays.copyOfRange(data, at + 2, end);
      int kind = data[at] & 3;
      honest &= kind == 1 && bytes.length > 0;
      switch (kind) {
        case 0 -> feed(pair, bytes);
        case 1 ->
            requireEcho(pair, bytes, feed(pair, pair.sealed(APPLICATION_DATA, bytes)), honest);
        case 2 -> feed(pair, pair.sealed(HANDSHAKE, bytes));
        default -> feed(pair, pair.sealed(data[at] & 0xff, bytes));
      }
      at = end;
    }
    byte[] answer = new byte[pair.records.recordBytes(1)];
    int length = pair.records.encryptRecord(new byte[1], 1, answer);
    if (length == RecordSealer.FAILED || length > answer.length) {
      throw new AssertionError("no answer, " + length);
    }
  }

  private static int feed(TlsPair pair, byte[] bytes) {
    ByteBuffer view = ByteBuffer.wrap(bytes);
    int read = 0;
    for (ByteBuffer plain = pair.records.poll(view);
        plain != null;
        plain = pair.records.poll(view)) {
      if (!plain.hasRemaining()) {
        throw new AssertionError("nothing handed on");
      }
      read += plain.remaining();
    }
    if (view.hasRemaining()) {
      throw new AssertionError("bytes left");
    }
    return read;
  }

  private static void requireEcho(TlsPair pair, byte[] bytes, int read, boolean honest) {
    if (honest && (read != bytes.length || pair.records.isBroken())) {
      throw new AssertionError(read + " bytes of " + bytes.length);
    }
  }
}
