package io.surgemesh.session;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts decrypted bytes into yamux headers and bodies, which go on without being copied unless they
 * are small.
 *
 * <p>Confined to one thread. Internal: public only for the rooms that drive sessions.
 */
public final class FrameReader {
  /** Told of each part, in order. */
  public interface Sink {
    /** A header was taken by the machine. */
    void onHeader();

    /** Takes a piece of a body; the receiver owns the buffer. */
    void onBody(int streamId, ByteBuffer piece);

    /** A body is complete. */
    void onBodyEnd();
  }

  private static final int ARRAY_TO_PIECE_MAX = 2;

  private final Yamux yamux;
  private final Sink sink;
  private final byte[] header = new byte[YamuxFrame.HEADER_BYTES];
  private int headerFilled;
  private int bodyLeft;

  /** Creates a reader at the beginning of a frame, which tells {@code yamux} of every header. */
  public FrameReader(Yamux yamux, Sink sink) {
    this.yamux = yamux;
    this.sink = sink;
  }

  /** Takes plain bytes of one record; the array of {@code plain} belongs to the receivers. */
  public void feed(ByteBuffer plain, long nowNanos) {
    while (plain.hasRemaining()) {
      if (bodyLeft > 0) {
        feedBody(plain, nowNanos);
      } else if (headerFilled == 0 && plain.remaining() >= YamuxFrame.HEADER_BYTES) {
        int at = plain.arrayOffset() + plain.position();
        plain.position(plain.position() + YamuxFrame.HEADER_BYTES);
        onHeader(plain.array(), at, nowNanos);
      } else {
        int taken = Math.min(plain.remaining(), header.length - headerFilled);
        plain.get(header, headerFilled, taken);
        headerFilled += taken;
        if (headerFilled == header.length) {
          headerFilled = 0;
          onHeader(header, 0, nowNanos);
        }
      }
    }
  }

  private void onHeader(byte[] source, int offset, long nowNanos) {
    yamux.onHeader(source, offset, nowNanos);
    bodyLeft = yamux.bodyBytes();
    sink.onHeader();
    if (bodyLeft == 0) {
      yamux.onBodyEnd(nowNanos);
      sink.onBodyEnd();
    }
  }

  private void feedBody(ByteBuffer plain, long nowNanos) {
    int bytes = Math.min(bodyLeft, plain.remaining());
    int start = plain.position();
    plain.position(start + bytes);
    bodyLeft -= bytes;
    if (yamux.bodyStreamId() != 0) {
      sink.onBody(yamux.bodyStreamId(), piece(plain, start, bytes));
    }
    if (bodyLeft == 0) {
      yamux.onBodyEnd(nowNanos);
      sink.onBodyEnd();
    }
  }

  /** Whoever keeps a piece keeps its array: credit bounds that only when it is not much larger. */
  private static ByteBuffer piece(ByteBuffer plain, int start, int bytes) {
    byte[] array = plain.array();
    int from = plain.arrayOffset() + start;
    return bytes < array.length / ARRAY_TO_PIECE_MAX
        ? ByteBuffer.wrap(Arrays.copyOfRange(array, from, from + bytes))
        : ByteBuffer.wrap(array, from, bytes);
  }
}
