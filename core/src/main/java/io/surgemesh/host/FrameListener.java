package io.surgemesh.host;

import io.surgemesh.identity.ResetReason;

/**
 * Told what happens on a {@link FrameChannel}, on the loop the channel was made for.
 *
 * @param <T> the messages of the channel
 */
public interface FrameListener<T> {
  /** Takes the message of one whole frame. */
  void onFrame(FrameChannel<T> channel, T message);

  /** A frame came that the codec does not read; the channel goes on unless it is reset here. */
  default void onMalformed(FrameChannel<T> channel) {
    channel.reset();
    onReset(channel, ResetReason.MISBEHAVED);
  }

  /**
   * Returns whether frames are wanted now; asked before each is decoded, since that may be dear. A
   * frame that is not wanted is dropped.
   */
  default boolean listens(FrameChannel<T> channel) {
    return true;
  }

  /** The peer closed its direction after a whole number of frames. */
  void onRemoteClose(FrameChannel<T> channel);

  /** The write queue fell below its soft limit after it was at or above it. */
  default void onWritable(FrameChannel<T> channel) {}

  /** The stream broke, or the peer sent no valid frames; the last event. */
  void onReset(FrameChannel<T> channel, ResetReason reason);
}
