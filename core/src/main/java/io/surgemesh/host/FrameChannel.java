package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a sequence of length-prefixed messages, delivered on a loop of the owner's choice.
 *
 * <p>Frames are an unsigned varint length and that many bytes, as in every libp2p protocol that
 * carries protobuf. Credit returns to the peer only when the listener has taken a frame, so a busy
 * loop slows the peer down instead of collecting its messages. A frame longer than the bound resets
 * the stream with {@link ResetReason#MISBEHAVED}, as does a stream that ends inside a frame.
 *
 * <p>Make one per stream and pass it as the stream's listener. {@link #send} and the closing
 * methods may be called from any thread.
 */
public final class FrameChannel implements StreamListener {
  private final Loop loop;
  private final FrameDecoder decoder;
  private final FrameListener listener;
  private volatile @Nullable Stream stream;
  private volatile boolean broken;

  /**
   * Creates a channel for one stream.
   *
   * @param loop where {@code listener} is told
   * @param frameBytesMax longest body accepted, in bytes
   */
  public FrameChannel(Loop loop, int frameBytesMax, FrameListener listener) {
    this.loop = loop;
    this.decoder = new FrameDecoder(frameBytesMax);
    this.listener = listener;
  }

  /** Binds the channel to its stream; call once, as soon as the stream is there. */
  public FrameChannel bind(Stream opened) {
    stream = opened;
    return this;
  }

  /** Returns the peer at the other end. */
  public PeerId remotePeer() {
    return bound().connection().remotePeer();
  }

  /**
   * Sends one frame; ignored when the stream is closed.
   *
   * @throws IllegalStateException before {@link #bind}
   */
  public void send(byte[] body) {
    bound().write(ByteBuffer.wrap(FrameDecoder.frame(body)));
  }

  /** Returns whether a sender should go on, or wait. */
  public boolean isWritable() {
    return bound().isWritable();
  }

  /** Ends our direction after what was sent. */
  public void closeWrite() {
    bound().closeWrite();
  }

  /** Ends both directions; once it returned on the channel's loop the listener is told no more. */
  public void reset() {
    broken = true;
    Stream bound = stream;
    if (bound != null) {
      bound.reset();
    }
  }

  @Override
  public void onData(Stream from, ByteBuffer data) {
    stream = from;
    // Cut into frames only there: many short ones must not wait as many tasks.
    loop.execute(() -> take(from, data));
  }

  private void take(Stream from, ByteBuffer data) {
    if (broken) {
      return;
    }
    int bytes = data.remaining();
    decoder.feed(data);
    try {
      for (byte[] frame = decoder.poll(); frame != null && !broken; frame = decoder.poll()) {
        listener.onFrame(this, frame);
      }
    } catch (MalformedMessageException malformed) {
      fail(from);
      return;
    } catch (RuntimeException bug) {
      broken = true;
      from.reset();
      throw bug;
    }
    if (!broken) {
      from.consumed(bytes);
    }
  }

  @Override
  public void onRemoteClose(Stream from) {
    stream = from;
    loop.execute(
        () -> {
          if (broken) {
            return;
          }
          if (decoder.bufferedBytes() > 0) {
            fail(from);
          } else {
            listener.onRemoteClose(this);
          }
        });
  }

  @Override
  public void onReset(Stream from, ResetReason reason) {
    stream = from;
    loop.execute(
        () -> {
          if (!broken) {
            broken = true;
            listener.onReset(this, reason);
          }
        });
  }

  private void fail(Stream from) {
    broken = true;
    from.reset();
    listener.onReset(this, ResetReason.MISBEHAVED);
  }

  private Stream bound() {
    Stream bound = stream;
    if (bound == null) {
      throw new IllegalStateException("channel used before it was bound to a stream");
    }
    return bound;
  }
}
