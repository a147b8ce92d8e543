package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a sequence of length-prefixed messages, delivered on a loop of the owner's choice.
 *
 * <p>Frames are an unsigned varint length and that many bytes, as in every libp2p protocol that
 * carries protobuf. Credit returns to the peer only when the listener has taken a frame, so a busy
 * loop slows the peer down instead of collecting its messages. A frame longer than the bound resets
 * the stream with {@link ResetReason#MISBEHAVED}, as does a stream that ends inside a frame; what
 * becomes of a frame that the codec does not read, the listener decides.
 *
 * <p>Make one per stream and pass it as the stream's listener. {@link #send} and the closing
 * methods may be called from any thread.
 *
 * @param <T> the messages
 */
public final class FrameChannel<T> implements StreamListener {
  private final Loop loop;
  private final FrameCodec<T> codec;
  private final int frameBytesMax;
  private final FrameListener<T> listener;
  // Made when bytes come: where messages travel as such, none ever do.
  private @Nullable FrameDecoder decoder;
  private volatile @Nullable Stream stream;
  private volatile boolean broken;

  /**
   * Creates a channel for one stream.
   *
   * @param loop where {@code listener} is told
   * @param frameBytesMax longest body accepted, in bytes
   */
  public FrameChannel(
      Loop loop, FrameCodec<T> codec, int frameBytesMax, FrameListener<T> listener) {
    this.loop = loop;
    this.codec = codec;
    this.frameBytesMax = frameBytesMax;
    this.listener = listener;
  }

  /** Binds the channel to its stream; call once, as soon as the stream is there. */
  public FrameChannel<T> bind(Stream opened) {
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
  public void send(T message) {
    bound().writeFrame(message, codec);
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
    if (loop.inLoop()) {
      take(from, data);
    } else {
      // Cut into frames only there: many short ones must not wait as many tasks.
      loop.execute(() -> take(from, data));
    }
  }

  private void take(Stream from, ByteBuffer data) {
    if (broken) {
      return;
    }
    FrameDecoder frames = decoder == null ? new FrameDecoder(frameBytesMax) : decoder;
    decoder = frames;
    int bytes = data.remaining();
    frames.feed(data);
    try {
      for (byte[] body = frames.poll(); body != null && !broken; body = frames.poll()) {
        decode(body);
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

  private void decode(byte[] body) {
    if (!listener.listens(this)) {
      return;
    }
    T message;
    try {
      message = codec.decode(body);
    } catch (MalformedMessageException malformed) {
      listener.onMalformed(this);
      return;
    }
    listener.onFrame(this, message);
  }

  @Override
  public <M> void onFrame(Stream from, M message, FrameCodec<M> other, int framedBytes) {
    boolean midFrame = decoder != null && decoder.bufferedBytes() > 0;
    if (!loop.inLoop() || midFrame || !codec.equals(other)) {
      StreamListener.super.onFrame(from, message, other, framedBytes);
      return;
    }
    stream = from;
    if (broken) {
      return;
    }
    if (framedBytes > Varint.encodedLength(frameBytesMax) + frameBytesMax) {
      fail(from);
      return;
    }
    if (listener.listens(this)) {
      @SuppressWarnings("unchecked") // Equal codecs have the same messages.
      T taken = (T) message;
      listener.onFrame(this, taken);
    }
    if (!broken) {
      from.consumed(framedBytes);
    }
  }

  @Override
  public void onRemoteClose(Stream from) {
    stream = from;
    if (loop.inLoop()) {
      end(from);
    } else {
      loop.execute(() -> end(from));
    }
  }

  private void end(Stream from) {
    if (broken) {
      return;
    }
    if (decoder != null && decoder.bufferedBytes() > 0) {
      fail(from);
    } else {
      listener.onRemoteClose(this);
    }
  }

  @Override
  public void onWritable(Stream from) {
    loop.execute(
        () -> {
          if (!broken) {
            listener.onWritable(this);
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
