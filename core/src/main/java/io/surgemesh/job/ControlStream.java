package io.surgemesh.job;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A control stream as frames that say something. Confined to the mesh loop.
 *
 * <p>Ending it closes our direction, so that the last frame arrives, and resets what the other side
 * has not closed soon after.
 */
final class ControlStream implements FrameListener<byte[]> {
  private static final long LINGER_NANOS = 5_000_000_000L;

  /** Told on the mesh loop; nothing after the stream broke. */
  interface Reader {
    void onControl(long number, Control control);

    /** The other side sent what is no control frame. */
    void onMalformed();

    /** The other side closed or reset the stream, or its connection is gone. */
    void onBroken();
  }

  private final Loop loop;
  private final Reader reader;
  private final FrameChannel<byte[]> channel;
  private @Nullable Timer linger;
  private boolean ended;
  private boolean broken;

  ControlStream(Loop loop, Reader reader) {
    this.loop = loop;
    this.reader = reader;
    this.channel = new FrameChannel<>(loop, FrameCodec.bytes(), ControlCodec.FRAME_BYTES_MAX, this);
  }

  FrameChannel<byte[]> channel() {
    return channel;
  }

  void send(long number, Control control) {
    if (!broken && !ended) {
      channel.send(ControlCodec.encode(number, control));
    }
  }

  /** Ends the stream after what was sent. */
  void end() {
    if (!ended && !broken) {
      ended = true;
      channel.closeWrite();
      linger = loop.arm(loop.nowNanos() + LINGER_NANOS, channel::reset);
    }
  }

  @Override
  public void onFrame(FrameChannel<byte[]> from, byte[] frame) {
    if (ended || broken) {
      return;
    }
    ControlCodec.Numbered decoded;
    try {
      decoded = ControlCodec.decode(frame);
    } catch (MalformedMessageException malformed) {
      reader.onMalformed();
      return;
    }
    reader.onControl(decoded.number(), decoded.control());
  }

  @Override
  public void onRemoteClose(FrameChannel<byte[]> from) {
    if (linger != null) {
      linger.cancel();
    }
    if (!ended && !broken) {
      reader.onBroken();
      end();
      if (linger != null) {
        linger.cancel();
      }
    }
    broken = true;
  }

  @Override
  public void onReset(FrameChannel<byte[]> from, ResetReason reason) {
    if (linger != null) {
      linger.cancel();
    }
    if (!broken) {
      broken = true;
      if (!ended) {
        reader.onBroken();
      }
    }
  }
}
