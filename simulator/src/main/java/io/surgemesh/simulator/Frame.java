package io.surgemesh.simulator;

import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a connection sends the other: a frame of the multiplexer, or at byte level a
 * segment of bytes.
 *
 * <p>One class for all kinds, each a link of the list of its {@link Link}: there are millions.
 */
final class Frame {
  private final TraceKind kind;
  private final int stream;
  private final int length;
  private final @Nullable Object content;
  private final @Nullable FrameCodec<?> codec;

  /** The frame sent after this one, while both are on their way. */
  @Nullable Frame next;

  /**
   * The stream that this is for, when the sender knows it, so that nobody need look for it; with an
   * opening frame the opener's.
   */
  @Nullable SimulatedStream end;

  private Frame(
      TraceKind kind,
      int stream,
      int length,
      @Nullable Object content,
      @Nullable FrameCodec<?> codec) {
    this.kind = kind;
    this.stream = stream;
    this.length = length;
    this.content = content;
    this.codec = codec;
  }

  /** The first flight of a stream: its id and the one protocol proposed. */
  static Frame open(SimulatedStream opened) {
    ProtocolId protocol = opened.protocol();
    Frame frame = new Frame(TraceKind.OPEN, opened.id(), protocol.value().length(), protocol, null);
    frame.end = opened;
    return frame;
  }

  /** Bytes of a stream; whoever takes the frame owns the array. */
  static Frame data(int stream, byte[] bytes) {
    return new Frame(TraceKind.DATA, stream, bytes.length, bytes, null);
  }

  /**
   * A whole framed message of a stream, not encoded.
   *
   * @param framedBytes how long it would be, its length prefix included
   */
  static <T> Frame message(int stream, T message, FrameCodec<T> codec, int framedBytes) {
    return new Frame(TraceKind.DATA, stream, framedBytes, message, codec);
  }

  /** A segment of a pipe of bytes; whoever takes the frame owns the array. */
  static Frame segment(byte[] bytes) {
    return new Frame(TraceKind.BYTES, 0, bytes.length, bytes, null);
  }

  /** Makes room in a pipe of bytes: so many that had arrived are taken out of it. */
  static Frame taken(int bytes) {
    return new Frame(TraceKind.TAKEN, 0, bytes, null, null);
  }

  static Frame credit(int stream, int bytes) {
    return new Frame(TraceKind.CREDIT, stream, bytes, null, null);
  }

  /** A frame that says no more than its kind. */
  static Frame of(TraceKind kind, int stream) {
    return new Frame(kind, stream, 0, null, null);
  }

  TraceKind kind() {
    return kind;
  }

  int stream() {
    return stream;
  }

  /** Returns the length that the trace shows. */
  int length() {
    return length;
  }

  /** Returns the protocol that an opening frame proposes. */
  ProtocolId protocol() {
    if (content instanceof ProtocolId protocol) {
      return protocol;
    }
    throw new AssertionError(kind + " proposes no protocol");
  }

  /** Returns what a segment carries. */
  byte[] bytes() {
    if (content instanceof byte[] bytes) {
      return bytes;
    }
    throw new AssertionError(kind + " carries no bytes");
  }

  /** Hands the content of a data frame to a stream. */
  void deliverTo(SimulatedStream receiver) {
    if (codec == null && content instanceof byte[] bytes) {
      receiver.onData(ByteBuffer.wrap(bytes));
    } else {
      deliverMessage(receiver, codec);
    }
  }

  private <T> void deliverMessage(SimulatedStream receiver, @Nullable FrameCodec<T> its) {
    @SuppressWarnings("unchecked") // Made by message(), which knows both.
    T message = (T) content;
    if (its == null || message == null) {
      throw new AssertionError(kind + " holds no data");
    }
    receiver.onMessage(message, its, length);
  }
}
