package io.surgemesh.session;

import java.util.Arrays;

/**
 * Reads the handshake messages that may come after a TLS 1.3 handshake: session tickets, which are
 * thrown away, and key updates.
 *
 * <p>Holds the beginning of one message, at most {@value #MESSAGE_BYTES_MAX} bytes. Confined to one
 * thread. Internal: public only for the rooms that drive sessions.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-4.6">RFC 8446, section 4.6</a>
 */
public final class TlsMessages {
  /** What the messages of one record ask for. */
  public enum Request {
    /** Nothing. */
    NOTHING,
    /** The peer's next record has its next key. */
    RENEW_THEIRS,
    /** The same, and ours is to be renewed too. */
    RENEW_BOTH,
    /** To close: this is no message that may come. */
    CLOSE
  }

  /** The longest message, in bytes; tickets take a few hundred. */
  static final int MESSAGE_BYTES_MAX = 32 * 1024;

  private static final int NEW_SESSION_TICKET = 4;
  private static final int KEY_UPDATE = 24;
  private static final int HEADER_BYTES = 4;
  private static final byte[] NOTHING = {};

  private byte[] held = NOTHING;

  /** Returns a key update that asks for none in return. */
  public static byte[] keyUpdate() {
    return new byte[] {KEY_UPDATE, 0, 0, 1, 0};
  }

  /** Takes the content of one record. */
  public Request onContent(byte[] content, int offset, int length) {
    if (length == 0 || held.length + length > MESSAGE_BYTES_MAX) {
      return Request.CLOSE;
    }
    byte[] bytes = Arrays.copyOf(held, held.length + length);
    System.arraycopy(content, offset, bytes, held.length, length);
    int at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      int type = bytes[at];
      int body =
          (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
      int end = at + HEADER_BYTES + body;
      if (type == KEY_UPDATE) {
        // No message may stand on both sides of it.
        return body == 1 && end == bytes.length ? update(bytes[end - 1]) : Request.CLOSE;
      }
      if (type != NEW_SESSION_TICKET || end > MESSAGE_BYTES_MAX) {
        return Request.CLOSE;
      }
      if (end > bytes.length) {
        break;
      }
      at = end;
    }
    held = Arrays.copyOfRange(bytes, at, bytes.length);
    return Request.NOTHING;
  }

  private Request update(int requested) {
    held = NOTHING;
    return switch (requested) {
      case 0 -> Request.RENEW_THEIRS;
      case 1 -> Request.RENEW_BOTH;
      default -> Request.CLOSE;
    };
  }
}
