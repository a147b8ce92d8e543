package io.surgemesh.netty;

import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;

/**
 * A peer of a TLS handshake that alters what it says before it is encrypted.
 *
 * <pre>
 * edits = edit ...; edit = number of the record | what to do | length (2 bytes) | bytes
 * </pre>
 *
 * <p>Its own keys and signatures go by what it should have said.
 */
final class TlsForger {
  /** Instead of the record's content. */
  static final int REPLACE = 0;

  /** Xor from an offset of 2 bytes on. */
  static final int XOR = 1;

  /** A record before it, of the type that the first byte says. */
  static final int INSERT = 2;

  /** Behind the record's content. */
  static final int APPEND = 3;

  private static final int HEAD_BYTES = 4;
  private static final int CONTENT_BYTES_MAX = 16_384;
  private static final short TYPE_MIN = 20;

  private record Edit(int record, int what, Bytes bytes) {}

  /** Where records go once they are altered. */
  private interface Next {
    void write(short type, byte[] content, int offset, int length) throws IOException;
  }

  private final List<Edit> edits = new ArrayList<>();
  private int records;
  private boolean forged;

  TlsForger(byte[] script) {
    for (int at = 0; at + HEAD_BYTES <= script.length; ) {
      int length = (script[at + 2] & 0xff) << 8 | (script[at + 3] & 0xff);
      int from = at + HEAD_BYTES;
      int end = Math.min(script.length, from + length);
      Bytes bytes = Bytes.of(script).slice(from, end);
      edits.add(new Edit(script[at] & 0xff, script[at + 1] & 3, bytes));
      at = end;
    }
  }

  /** Returns whether anything was said that an honest peer would not have said. */
  boolean hasForged() {
    return forged;
  }

  TlsProtocol dialing(TlsContext host) throws IOException {
    TlsClientProtocol protocol =
        new TlsClientProtocol() {
          @Override
          protected void writeRecord(short type, byte[] content, int offset, int length)
              throws IOException {
            forge(super::writeRecord, type, Arrays.copyOfRange(content, offset, offset + length));
          }
        };
    protocol.connect(new TlsDialer(host));
    return protocol;
  }

  TlsProtocol accepting(TlsContext host) throws IOException {
    TlsServerProtocol protocol =
        new TlsServerProtocol() {
          @Override
          protected void writeRecord(short type, byte[] content, int offset, int length)
              throws IOException {
            forge(super::writeRecord, type, Arrays.copyOfRange(content, offset, offset + length));
          }
        };
    protocol.accept(new TlsAcceptor(host));
    return protocol;
  }

  private void forge(Next next, short type, byte[] content) throws IOException {
    byte[] altered = content.clone();
    for (Edit edit : edits) {
      if (edit.record == records) {
        altered = apply(edit, altered, next);
      }
    }
    records++;
    forged |= !Arrays.equals(altered, content);
    write(next, type, altered);
  }

  private byte[] apply(Edit edit, byte[] content, Next next) throws IOException {
    byte[] bytes = edit.bytes.toByteArray();
    switch (edit.what) {
      case REPLACE -> {
        return bytes;
      }
      case XOR -> {
        int offset = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        for (int i = 2; i < bytes.length && offset + i - 2 < content.length; i++) {
          content[offset + i - 2] ^= bytes[i];
        }
        return content;
      }
      case INSERT -> {
        if (bytes.length > 1) {
          forged = true;
          short type = (short) (TYPE_MIN + (bytes[0] & 3));
          write(next, type, Arrays.copyOfRange(bytes, 1, bytes.length));
        }
        return content;
      }
      default -> {
        byte[] longer = Arrays.copyOf(content, content.length + bytes.length);
        System.arraycopy(bytes, 0, longer, content.length, bytes.length);
        return longer;
      }
    }
  }

  /** The longest that a record can be, and never an empty one: its own library would refuse. */
  private static void write(Next next, short type, byte[] content) throws IOException {
    int length = Math.min(content.length, CONTENT_BYTES_MAX);
    if (length > 0) {
      next.write(type, content, 0, length);
    }
  }
}
