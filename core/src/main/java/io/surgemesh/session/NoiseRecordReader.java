package io.surgemesh.session;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts Noise transport records out of the bytes read and decrypts them.
 *
 * <p>Each record is collected at the beginning of an array owned by the connection and decrypted to
 * a fresh one, which then belongs to its receiver: the JDK's cipher copies when its input begins
 * elsewhere, or when input and output share an array.
 *
 * <p>Confined to one thread.
 */
final class NoiseRecordReader implements RecordReader {
  private static final int RECORD_BYTES_START = 2048;
  private static final int UNKNOWN = -1;

  private final CipherState receive;
  private byte[] record = new byte[RECORD_BYTES_START];
  private int filled;
  private int length = UNKNOWN;
  private boolean broken;

  NoiseRecordReader(CipherState receive) {
    this.receive = receive;
  }

  @Override
  public @Nullable ByteBuffer poll(ByteBuffer bytes) {
    if (broken || !isWhole(bytes)) {
      return null;
    }
    byte[] plain = new byte[Math.max(0, length - CipherState.TAG_BYTES)];
    if (receive.decrypt(record, 0, length, plain, 0) == CipherState.FAILED) {
      broken = true;
      return null;
    }
    length = UNKNOWN;
    filled = 0;
    return ByteBuffer.wrap(plain);
  }

  @Override
  public boolean isBroken() {
    return broken;
  }

  @Override
  public boolean isForged() {
    return broken;
  }

  private boolean isWhole(ByteBuffer bytes) {
    if (length == UNKNOWN) {
      fill(bytes, CipherState.RECORD_LENGTH_BYTES);
      if (filled < CipherState.RECORD_LENGTH_BYTES) {
        return false;
      }
      length = (record[0] & 0xff) << 8 | (record[1] & 0xff);
      filled = 0;
      if (length > record.length) {
        record = new byte[CipherState.RECORD_BYTES_MAX];
      }
    }
    fill(bytes, length);
    return filled == length;
  }

  private void fill(ByteBuffer bytes, int until) {
    int taken = Math.min(bytes.remaining(), until - filled);
    bytes.get(record, filled, taken);
    filled += taken;
  }
}
