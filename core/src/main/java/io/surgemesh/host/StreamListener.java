package io.surgemesh.host;

import io.surgemesh.identity.ResetReason;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;

/**
 * Told what happens on one stream, on {@link Connection#loop()}, one event at a time.
 *
 * <p>An exception thrown here is a bug of ours: a host on sockets logs it once and resets the
 * stream; in the simulator it fails the run.
 */
public interface StreamListener {
  /**
   * Takes bytes in order. The receiver owns the buffer, and gives credit back with {@link
   * Stream#consumed} when it has dealt with them.
   */
  void onData(Stream stream, ByteBuffer data);

  /**
   * Takes one whole frame that came as a message, on a host without a wire; by default as the bytes
   * that a wire would have brought.
   *
   * @param framedBytes what the frame counts in the receive window
   */
  default <M> void onFrame(Stream stream, M message, FrameCodec<M> codec, int framedBytes) {
    onData(stream, ByteBuffer.wrap(FrameDecoder.frame(codec.encode(message))));
  }

  /** The peer closed its direction; no more data follows. */
  void onRemoteClose(Stream stream);

  /** The stream broke; the last event. Not called after our own {@link Stream#reset}. */
  void onReset(Stream stream, ResetReason reason);

  /** The write queue fell below its soft limit after it was at or above it. */
  default void onWritable(Stream stream) {}
}
