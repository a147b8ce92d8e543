package io.surgemesh.session;

import io.surgemesh.crypto.Primitives;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Hands the input to the reader of a connection's Noise records: piece by piece, some of it as it
 * is, some as the content of records that the peer has sealed; each piece whole or byte by byte.
 *
 * <pre>
 * input = pieces; piece = kind | length | bytes
 * </pre>
 */
public final class NoiseRecordsFuzz {
  private static final int SEALED = 1;
  private static final int BYTE_BY_BYTE = 2;
  private static final byte[] KEY = new byte[32];

  private final CipherState theirs = new CipherState(Primitives.java(), KEY);
  private final NoiseRecordReader reader =
      new NoiseRecordReader(new CipherState(Primitives.java(), KEY));

  private NoiseRecordsFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new NoiseRecordsFuzz().play(data);
  }

  private void play(byte[] data) {
    boolean honest = true;
    for (int at = 0; at + 2 <= data.length; ) {
      int end = Math.min(data.length, at + 2 + (data[at + 1] & 0xff));
      byte[] bytes = Arrays.copyOfRange(data, at + 2, end);
      boolean sealed = (data[at] & SEALED) != 0;
      honest &= sealed;
      int most = (data[at] & BYTE_BY_BYTE) != 0 ? 1 : Integer.MAX_VALUE;
      int read = feed(sealed ? record(bytes) : bytes, most);
      if (honest && read != bytes.length) {
        throw new AssertionError(read + " bytes of " + bytes.length);
      }
      at = end;
    }
    if (honest && (reader.isBroken() || reader.isForged())) {
      throw new AssertionError("broken by nobody");
    }
  }

  private byte[] record(byte[] plain) {
    byte[] record =
        new byte[CipherState.RECORD_LENGTH_BYTES + plain.length + CipherState.TAG_BYTES];
    int length = theirs.encrypt(plain, 0, plain.length, record, CipherState.RECORD_LENGTH_BYTES);
    record[0] = (byte) (length >>> 8);
    record[1] = (byte) length;
    return record;
  }

  private int feed(byte[] bytes, int most) {
    int read = 0;
    for (int at = 0; at < bytes.length; ) {
      ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(most, bytes.length - at));
      for (ByteBuffer plain = reader.poll(piece); plain != null; plain = reader.poll(piece)) {
        read += plain.remaining();
      }
      if (piece.hasRemaining() && !reader.isBroken()) {
        throw new AssertionError("bytes left");
      }
      at += Math.min(most, bytes.length - at);
    }
    return read;
  }
}
