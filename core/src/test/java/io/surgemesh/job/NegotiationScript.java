package io.surgemesh.job;

import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the input as steps of a negotiation: frames of the peer, our own events, time. */
final class NegotiationScript {
  /** A frame with its number. */
  record Sent(long number, Control control) {}

  private static final List<Control> FRAMES = Fixtures.oneOfEach();
  private static final int RAW = 0x0f;

  private final ByteBuffer bytes;
  private long sent;

  NegotiationScript(byte[] data) {
    this.bytes = ByteBuffer.wrap(data);
  }

  boolean hasNext() {
    return bytes.hasRemaining();
  }

  /** Returns the next byte, 0 at the end. */
  int next() {
    return bytes.hasRemaining() ? bytes.get() & 0xff : 0;
  }

  /**
   * Returns a frame that the peer sends: one of each kind by the low bits of {@code step}, or read
   * from the input; null when that cannot be read.
   */
  @Nullable Sent frame(int step) {
    sent += (step & 0x40) == 0 ? 1 : 0;
    if ((step & RAW) != RAW) {
      return new Sent(sent, FRAMES.get((step & RAW) % FRAMES.size()));
    }
    byte[] frame = new byte[Math.min(next() << 1, bytes.remaining())];
    bytes.get(frame);
    try {
      ControlCodec.Numbered read = ControlCodec.decode(frame);
      return new Sent(read.number(), read.control());
    } catch (MalformedMessageException unreadable) {
      return null;
    }
  }
}
