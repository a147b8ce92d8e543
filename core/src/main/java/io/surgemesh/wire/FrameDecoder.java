package io.surgemesh.wire;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames: a varint length, then that many bytes.
 *
 * <p>This is how every libp2p protocol that carries protobuf delimits its messages. The buffer
 * follows the bytes that have arrived, never the length that was announced, and is at most twice
 * them. A frame may be empty. Once a frame was malformed, the rest of the stream has no meaning and
 * each further {@link #poll} fails too. Not thread-safe.
 */
public final class FrameDecoder {
  /** The longest length prefix, in bytes; enough for 256 MiB. */
  public static final int PREFIX_BYTES_MAX = 4;

  private static final byte[] NOTHING = {};
  private static final int INCOMPLETE = -1;

  private final int frameBytesMax;
  private byte[] buffer = NOTHING;
  private int start;
  private int end;
  private int bodyBytes = INCOMPLETE;
  private @Nullable String fault;

  /**
   * Creates a decoder for one stream.
   *
   * @param frameBytesMax longest body accepted, in bytes, 0 or more
   */
  public FrameDecoder(int frameBytesMax) {
    if (frameBytesMax < 0) {
      throw new IllegalArgumentException("frameBytesMax out of range: " + frameBytesMax);
    }
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * Returns {@code body} behind its length, as this class reads it.
   *
   * @param body less than 256 MiB
   */
  public static byte[] frame(byte[] body) {
    int prefixBytes = Varint.encodedLength(body.length);
    if (prefixBytes > PREFIX_BYTES_MAX) {
      throw new IllegalArgumentException("frame too long: " + body.length + " bytes");
    }
    ByteBuffer framed = ByteBuffer.allocate(prefixBytes + body.length);
    Varint.write(body.length, framed);
    return framed.put(body).array();
  }

  /** Takes in all remaining bytes of {@code data}; they are copied. */
  public void feed(ByteBuffer data) {
    int incoming = data.remaining();
    if (fault != null) {
      data.position(data.limit());
      return;
    }
    int held = end - start;
    if (incoming > buffer.length - end) {
      int needed = Math.addExact(held, incoming);
      // Growing by half at least keeps many small feeds linear, and stays below twice what is held.
      byte[] target =
          needed <= buffer.length ? buffer : new byte[Math.max(needed, held + held / 2)];
      System.arraycopy(buffer, start, target, 0, held);
      buffer = target;
      start = 0;
      end = held;
    }
    data.get(buffer, end, incoming);
    end += incoming;
  }

  /**
   * Returns the body of the next whole frame, or null when it has not arrived yet.
   *
   * @throws MalformedMessageException when the length is not a minimal varint of at most {@value
   *     #PREFIX_BYTES_MAX} bytes, or more than a frame may have
   */
  public byte @Nullable [] poll() throws MalformedMessageException {
    if (fault == null && bodyBytes == INCOMPLETE) {
      bodyBytes = readPrefix();
    }
    if (fault != null) {
      buffer = NOTHING;
      start = 0;
      end = 0;
      throw new MalformedMessageException(fault);
    }
    if (bodyBytes == INCOMPLETE || end - start < bodyBytes) {
      shrink();
      return null;
    }
    byte[] body = Arrays.copyOfRange(buffer, start, start + bodyBytes);
    start += bodyBytes;
    bodyBytes = INCOMPLETE;
    if (start == end) {
      // An idle stream holds no memory.
      buffer = NOTHING;
      start = 0;
      end = 0;
    }
    return body;
  }

  /** Returns how many bytes of a frame not yet whole are held, its prefix among them. */
  public int bufferedBytes() {
    return end - start + (bodyBytes == INCOMPLETE ? 0 : Varint.encodedLength(bodyBytes));
  }

  /** Returns how much memory holds the part of a frame not yet whole, in bytes. */
  public int heldBytes() {
    return buffer.length;
  }

  /** What frames before took of the buffer goes with them when it is most of it. */
  private void shrink() {
    if (end - start < buffer.length / 2) {
      buffer = Arrays.copyOfRange(buffer, start, end);
      end -= start;
      start = 0;
    }
  }

  private int readPrefix() {
    int value = 0;
    for (int i = 0; i < PREFIX_BYTES_MAX; i++) {
      if (start + i == end) {
        return INCOMPLETE;
      }
      byte b = buffer[start + i];
      value |= (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (b == 0 && i > 0) {
          fault = "frame length is not a minimal varint";
          return INCOMPLETE;
        }
        if (value > frameBytesMax) {
          fault = "frame is longer than " + frameBytesMax + " bytes";
          return INCOMPLETE;
        }
        start += i + 1;
        return value;
      }
    }
    fault = "frame length is longer than " + PREFIX_BYTES_MAX + " bytes";
    return INCOMPLETE;
  }
}
