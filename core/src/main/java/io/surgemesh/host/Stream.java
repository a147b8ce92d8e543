package io.surgemesh.host;

import io.surgemesh.identity.ResetReason;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;

/**
 * One ordered, flow-controlled, two-way stream of bytes inside a {@link Connection}.
 *
 * <p>Every method may be called from any thread and never blocks. What arrives goes to the stream's
 * {@link StreamListener}, on {@link Connection#loop()}.
 *
 * <p>Back-pressure out: writes are queued; {@link #isWritable()} turns false at {@value
 * #WRITE_QUEUE_BYTES_SOFT} bytes queued, and a stream whose queue passes {@value
 * #WRITE_QUEUE_BYTES_MAX} is reset with {@link ResetReason#OVERFLOW}. Back-pressure in: the peer
 * may send no more than one receive window ahead of {@link #consumed}. What a peer makes a host
 * hold in all is bounded besides.
 */
public interface Stream {
  /** Queued bytes at which a well-behaved writer pauses until {@code onWritable}. */
  int WRITE_QUEUE_BYTES_SOFT = 256 * 1024;

  /** Queued bytes at which the stream is reset. */
  int WRITE_QUEUE_BYTES_MAX = 4 * 1024 * 1024;

  /** Returns the connection that carries this stream. */
  Connection connection();

  /** Returns the protocol agreed for this stream. */
  ProtocolId protocol();

  /**
   * Queues bytes to send; ignored after {@link #closeWrite} or a reset.
   *
   * @param data from position to limit; belongs to the stream from this call on
   */
  void write(ByteBuffer data);

  /**
   * Queues one message as a frame: its length as a varint, then its encoding; as {@link #write}.
   *
   * <p>A host without a wire may hand the message itself to the listener at the other end.
   */
  default <T> void writeFrame(T message, FrameCodec<T> codec) {
    write(ByteBuffer.wrap(FrameDecoder.frame(codec.encode(message))));
  }

  /** Returns whether the write queue is below its soft limit. */
  boolean isWritable();

  /** Gives the peer credit for {@code bytes} more; call it once delivered bytes are dealt with. */
  void consumed(int bytes);

  /**
   * Tells how many bytes the listener holds of those it has {@link #consumed}, such as a part of a
   * message; in place of what was told before.
   *
   * <p>A host on sockets counts them with what is not consumed: the stream is reset with {@link
   * ResetReason#OVERFLOW} when its peer makes the host hold too much, or all peers do and this one
   * most.
   *
   * @param bytes 0 or more
   */
  default void keeps(int bytes) {}

  /** Ends our direction once the queue has drained; the other direction stays open. */
  void closeWrite();

  /** Ends both directions at once and drops the queue; nothing reaches the listener afterwards. */
  void reset();
}
