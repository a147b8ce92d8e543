package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a sequence of length-prefixed messages, delivered on a loop of the owner's choice.
 *
 * <p>Frames are an unsigned varint length and that many bytes, as in every libp2p protocol that
 * carries protobuf. Credit returns to the peer only when the listener has taken a frame, so a busy
 * loop slows the peer down instead of collecting its messages. Credit returns for a part of a frame
 * too, which the stream is told of by {@link Stream#keeps}. A frame longer than the bound resets
 * the stream with {@link ResetReason#MISBEHAVED}, as does a stream that ends inside a frame; one
 * that is not whole {@value #FRAME_SECONDS} s after its first byte, with {@link
 * ResetReason#TIMED_OUT}. What becomes of a frame that the codec does not read, the listener
 * decides.
 *
 * <p>Make one per stream and pass it as the stream's listener. {@link #send} and the closing
 * methods may be called from any thread.
 *
 * @param <T> the messages
 */
public final class FrameChannel<T> implements StreamListener {
  /** How long a frame may take from its first byte to its last, in seconds. */
  public static final int FRAME_SECONDS = 30;

  private static final long FRAME_NANOS = Duration.ofSeconds(FRAME_SECONDS).toNanos();

  /** The bytes that have come, and until when the rest of their frame must. */
  private static final class Inbound {
    private final FrameDecoder decoder;
    private @Nullable Timer deadline;
    private long begunNanos;
    private int keptBytes;

    Inbound(int frameBytesMax) {
      this.decoder = new FrameDecoder(frameBytesMax);
    }

    boolean isMidFrame() {
      return decoder.bufferedBytes() > 0;
    }
  }

  private final Loop loop;
  private final FrameCodec<T> codec;
  private final int frameBytesMax;
  private final FrameListener<T> listener;
  // Made when bytes come: where messages travel as such, none ever do.
  private @Nullable Inbound inbound;
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
    if (loop.inLoop()) {
      cancelDeadline();
      inbound = null;
    }
    Stream bound = stream;
    if (bound != null) {
      bound.reset();
    }
  }

  @Override
  public void onData(Stream from, ByteBuffer data) {
    stream = from;
    // Cut into frames only there: many short ones must not wait as many tasks.
    loop.dispatch(() -> take(from, data));
  }

  private void take(Stream from, ByteBuffer data) {
    if (broken) {
      return;
    }
    Inbound bytesIn = inbound == null ? new Inbound(frameBytesMax) : inbound;
    inbound = bytesIn;
    FrameDecoder frames = bytesIn.decoder;
    int bytes = data.remaining();
    boolean begun = !bytesIn.isMidFrame();
    frames.feed(data);
    try {
      for (byte[] body = frames.poll(); body != null && !broken; body = frames.poll()) {
        decode(body);
        begun = true;
      }
    } catch (MalformedMessageException malformed) {
      fail(from, ResetReason.MISBEHAVED);
      return;
    } catch (RuntimeException bug) {
      broken = true;
      from.reset();
      throw bug;
    }
    if (!broken) {
      from.consumed(bytes);
      keep(from, bytesIn, begun);
    }
  }

  /** What is left is a part of a frame, which has {@code begun} with these bytes or before. */
  private void keep(Stream from, Inbound left, boolean begun) {
    if (left.decoder.heldBytes() != left.keptBytes) {
      left.keptBytes = left.decoder.heldBytes();
      from.keeps(left.keptBytes);
    }
    if (left.isMidFrame()) {
      if (begun) {
        left.begunNanos = loop.nowNanos();
      }
      awaitRest(from, left);
    }
  }

  /** A timer stays armed for the frames that follow: most are whole long before it is due. */
  private void awaitRest(Stream from, Inbound left) {
    if (left.deadline == null) {
      left.deadline = loop.arm(left.begunNanos + FRAME_NANOS, () -> onDeadline(from, left));
    }
  }

  private void onDeadline(Stream from, Inbound left) {
    left.deadline = null;
    if (broken || inbound != left || !left.isMidFrame()) {
      return;
    }
    if (loop.nowNanos() - left.begunNanos < FRAME_NANOS) {
      awaitRest(from, left);
    } else {
      from.connection().misbehaved(Rule.MESSAGE_DEADLINE, Rule.Reaction.RESET);
      fail(from, ResetReason.TIMED_OUT);
    }
  }

  private void cancelDeadline() {
    Inbound present = inbound;
    if (present != null && present.deadline != null) {
      present.deadline.cancel();
      present.deadline = null;
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
    boolean midFrame = inbound != null && inbound.isMidFrame();
    if (!loop.inLoop() || midFrame || !codec.equals(other)) {
      StreamListener.super.onFrame(from, message, other, framedBytes);
      return;
    }
    stream = from;
    if (broken) {
      return;
    }
    if (framedBytes > Varint.encodedLength(frameBytesMax) + frameBytesMax) {
      fail(from, ResetReason.MISBEHAVED);
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
    loop.dispatch(() -> end(from));
  }

  private void end(Stream from) {
    if (broken) {
      return;
    }
    cancelDeadline();
    if (inbound != null && inbound.isMidFrame()) {
      fail(from, ResetReason.MISBEHAVED);
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
    loop.dispatch(() -> onGone(reason));
  }

  private void onGone(ResetReason reason) {
    cancelDeadline();
    inbound = null;
    if (!broken) {
      broken = true;
      listener.onReset(this, reason);
    }
  }

  private void fail(Stream from, ResetReason reason) {
    broken = true;
    cancelDeadline();
    inbound = null;
    from.reset();
    listener.onReset(this, reason);
  }

  private Stream bound() {
    Stream bound = stream;
    if (bound == null) {
      throw new IllegalStateException("channel used before it was bound to a stream");
    }
    return bound;
  }
}
