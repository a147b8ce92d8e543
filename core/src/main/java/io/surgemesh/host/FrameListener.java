package io.surgemesh.host;

import io.surgemesh.identity.ResetReason;

/** Told what happens on a {@link FrameChannel}, on the loop the channel was made for. */
public interface FrameListener {
  /** Takes one whole frame, without its length prefix; the receiver owns the array. */
  void onFrame(FrameChannel channel, byte[] frame);

  /** The peer closed its direction after a whole number of frames. */
  void onRemoteClose(FrameChannel channel);

  /** The stream broke, or the peer sent no valid frames; the last event. */
  void onReset(FrameChannel channel, ResetReason reason);
}
