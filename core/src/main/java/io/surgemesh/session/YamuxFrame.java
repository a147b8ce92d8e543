package io.surgemesh.session;

/**
 * The twelve bytes before every yamux body: version, type, flags, stream id, length.
 *
 * @param type one of the TYPE constants, or anything a peer sent
 * @param flags a sum of the FLAG constants, or anything a peer sent
 * @param streamId unsigned 32 bits
 * @param length unsigned 32 bits: body bytes, window credit, ping value or go-away code
 * @see <a href="https://github.com/hashicorp/yamux/blob/master/spec.md">yamux spec, Framing</a>
 */
public record YamuxFrame(int type, int flags, int streamId, int length) {
  /** The size of a header, in bytes. */
  public static final int HEADER_BYTES = 12;

  static final int VERSION = 0;
  static final int TYPE_DATA = 0;
  static final int TYPE_WINDOW_UPDATE = 1;
  static final int TYPE_PING = 2;
  static final int TYPE_GO_AWAY = 3;
  static final int FLAG_SYN = 1;
  static final int FLAG_ACK = 2;
  static final int FLAG_FIN = 4;
  static final int FLAG_RST = 8;
  static final int GO_AWAY_NORMAL = 0;
  static final int GO_AWAY_PROTOCOL_ERROR = 1;

  /** Writes the header to {@code target} at {@code offset}. */
  public void write(byte[] target, int offset) {
    write(type, flags, streamId, length, target, offset);
  }

  /** Writes the header of a data frame without flags. */
  public static void writeData(int streamId, int bodyBytes, byte[] target, int offset) {
    write(TYPE_DATA, 0, streamId, bodyBytes, target, offset);
  }

  private static void write(
      int type, int flags, int streamId, int length, byte[] target, int offset) {
    target[offset] = VERSION;
    target[offset + 1] = (byte) type;
    target[offset + 2] = (byte) (flags >>> 8);
    target[offset + 3] = (byte) flags;
    writeInt(streamId, target, offset + 4);
    writeInt(length, target, offset + 8);
  }

  static int readInt(byte[] source, int offset) {
    return (source[offset] & 0xff) << 24
        | (source[offset + 1] & 0xff) << 16
        | (source[offset + 2] & 0xff) << 8
        | (source[offset + 3] & 0xff);
  }

  private static void writeInt(int value, byte[] target, int offset) {
    target[offset] = (byte) (value >>> 24);
    target[offset + 1] = (byte) (value >>> 16);
    target[offset + 2] = (byte) (value >>> 8);
    target[offset + 3] = (byte) value;
  }
}
