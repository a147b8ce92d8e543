package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a stream: its write queue, both windows, and how far it is closed. */
final class SimulatedStream implements Stream {
  private final SimulatedConnection connection;
  private final int id;
  private final ProtocolId protocol;
  private @Nullable StreamListener listener;
  // The other end, once that has taken the stream.
  private @Nullable SimulatedStream remote;

  // Holds what the peer's window has no room for; bounded by WRITE_QUEUE_BYTES_MAX.
  private @Nullable ArrayDeque<ByteBuffer> queue;
  private int queuedBytes;
  private int sendWindowBytes;
  private boolean writerPaused;
  private boolean writeClosed;
  private boolean endSent;

  private int unconsumedBytes;
  private int creditBytes;
  private boolean remoteClosed;
  private boolean dead;

  SimulatedStream(SimulatedConnection connection, int id, ProtocolId protocol) {
    this.connection = connection;
    this.id = id;
    this.protocol = protocol;
    this.sendWindowBytes = connection.windowBytes();
  }

  SimulatedStream bind(StreamListener its) {
    listener = its;
    return this;
  }

  /** Makes this the other end of a stream that a peer has opened. */
  void join(@Nullable SimulatedStream opener) {
    remote = opener;
    if (opener != null) {
      opener.remote = this;
    }
  }

  int id() {
    return id;
  }

  /** Returns whether both directions have ended, so that nothing is taken any more. */
  boolean isDead() {
    return dead;
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public ProtocolId protocol() {
    return protocol;
  }

  @Override
  public <T> void writeFrame(T message, FrameCodec<T> codec) {
    // Plain bytes belong to whoever reads them, so they are copied like any others.
    if (connection.encodesFrames() || codec == FrameCodec.bytes()) {
      Stream.super.writeFrame(message, codec);
      return;
    }
    if (dead || writeClosed) {
      return;
    }
    int bodyBytes = codec.encodedBytes(message);
    int framedBytes = Varint.encodedLength(bodyBytes) + bodyBytes;
    if (queue == null && framedBytes <= sendWindowBytes) {
      sendWindowBytes -= framedBytes;
      send(Frame.message(id, message, codec, framedBytes));
    } else {
      Stream.super.writeFrame(message, codec);
    }
  }

  @Override
  public void write(ByteBuffer data) {
    if (dead || writeClosed || !data.hasRemaining()) {
      return;
    }
    // Copied, as a socket would: the receiver owns what it gets, and one array may go to many.
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    if (queue == null && copy.length <= sendWindowBytes) {
      sendData(copy);
      return;
    }
    if (queue == null) {
      queue = new ArrayDeque<>();
    }
    queue.add(ByteBuffer.wrap(copy));
    queuedBytes += copy.length;
    sendQueued();
    if (queuedBytes > WRITE_QUEUE_BYTES_MAX) {
      breakOff(ResetReason.OVERFLOW);
    } else if (queuedBytes >= WRITE_QUEUE_BYTES_SOFT) {
      writerPaused = true;
    }
  }

  @Override
  public boolean isWritable() {
    return !dead && !writeClosed && queuedBytes < WRITE_QUEUE_BYTES_SOFT;
  }

  @Override
  public void consumed(int bytes) {
    if (dead) {
      return;
    }
    if (bytes < 0 || bytes > unconsumedBytes) {
      throw new IllegalArgumentException(
          "consumed " + bytes + " of " + unconsumedBytes + " bytes delivered");
    }
    unconsumedBytes -= bytes;
    creditBytes += bytes;
    // As yamux does: a window update per half window, not per message.
    if (creditBytes >= Math.max(1, connection.windowBytes() / 2) && !remoteClosed) {
      send(Frame.credit(id, creditBytes));
      creditBytes = 0;
    }
  }

  @Override
  public void closeWrite() {
    if (dead || writeClosed) {
      return;
    }
    writeClosed = true;
    sendQueued();
  }

  @Override
  public void reset() {
    if (!dead) {
      die();
      connection.send(Frame.of(TraceKind.RESET, id));
    }
  }

  void onData(ByteBuffer bytes) {
    unconsumedBytes += bytes.remaining();
    listener().onData(this, bytes);
  }

  <T> void onMessage(T message, FrameCodec<T> codec, int framedBytes) {
    unconsumedBytes += framedBytes;
    listener().onFrame(this, message, codec, framedBytes);
  }

  void onCredit(int bytes) {
    sendWindowBytes += bytes;
    sendQueued();
    if (!dead && writerPaused && queuedBytes < WRITE_QUEUE_BYTES_SOFT) {
      writerPaused = false;
      listener().onWritable(this);
    }
  }

  void onRemoteClose() {
    remoteClosed = true;
    listener().onRemoteClose(this);
    forgetWhenClosed();
  }

  void onRemoteReset() {
    die();
    listener().onReset(this, ResetReason.REMOTE);
  }

  /** The peer does not take part, in a stream that was used as if it did. */
  void onRefused(ResetReason reason) {
    if (!dead) {
      die();
      listener().onReset(this, reason);
    }
  }

  /** Tells the listener that the connection is gone, with which this end has died. */
  void onConnectionGone() {
    listener().onReset(this, ResetReason.CONNECTION_CLOSED);
  }

  /** Ends this end, with its node or because nobody waits for it any more. */
  void endSilently() {
    die();
  }

  private void breakOff(ResetReason reason) {
    reset();
    connection.loop().execute(() -> listener().onReset(this, reason));
  }

  private void sendQueued() {
    ArrayDeque<ByteBuffer> waiting = queue;
    while (waiting != null && sendWindowBytes > 0) {
      ByteBuffer head = waiting.getFirst();
      byte[] bytes = new byte[Math.min(sendWindowBytes, head.remaining())];
      head.get(bytes);
      if (!head.hasRemaining()) {
        waiting.removeFirst();
      }
      if (waiting.isEmpty()) {
        waiting = null;
        queue = null;
      }
      queuedBytes -= bytes.length;
      sendData(bytes);
    }
    if (writeClosed && queue == null && !endSent) {
      endSent = true;
      send(Frame.of(TraceKind.CLOSE_WRITE, id));
      forgetWhenClosed();
    }
  }

  private void sendData(byte[] bytes) {
    sendWindowBytes -= bytes.length;
    send(Frame.data(id, bytes));
  }

  private void send(Frame frame) {
    frame.end = remote;
    connection.send(frame);
  }

  private void forgetWhenClosed() {
    if (endSent && remoteClosed) {
      die();
    }
  }

  private void die() {
    dead = true;
    queue = null;
    queuedBytes = 0;
    connection.forget(this);
  }

  private StreamListener listener() {
    return Objects.requireNonNull(listener, "stream without listener");
  }
}
