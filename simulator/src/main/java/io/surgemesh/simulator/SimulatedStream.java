package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a stream: its write queue, both windows, and how far it is closed. */
final class SimulatedStream implements Stream {
  private final SimulatedConnection connection;
  private final int id;
  private final ProtocolId protocol;
  private final int windowBytes;
  private @Nullable StreamListener listener;

  // Holds what the peer's window has no room for; bounded by WRITE_QUEUE_BYTES_MAX.
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long sendWindowBytes;
  private boolean writerPaused;
  private boolean writeClosed;
  private boolean endSent;

  private long unconsumedBytes;
  private int creditBytes;
  private boolean remoteClosed;
  private boolean dead;

  SimulatedStream(SimulatedConnection connection, int id, ProtocolId protocol, int windowBytes) {
    this.connection = connection;
    this.id = id;
    this.protocol = protocol;
    this.windowBytes = windowBytes;
    this.sendWindowBytes = windowBytes;
  }

  SimulatedStream bind(StreamListener its) {
    listener = its;
    return this;
  }

  int id() {
    return id;
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
  public void write(ByteBuffer data) {
    if (dead || writeClosed || !data.hasRemaining()) {
      return;
    }
    // Copied, as a socket would: the receiver owns what it gets, and one array may go to many.
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    if (queue.isEmpty() && copy.length <= sendWindowBytes) {
      sendData(copy);
      return;
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
    if (creditBytes >= Math.max(1, windowBytes / 2) && !remoteClosed) {
      connection.send(new Frame.Credit(id, creditBytes));
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
      connection.send(new Frame.Reset(id));
    }
  }

  void onData(byte[] bytes) {
    unconsumedBytes += bytes.length;
    listener().onData(this, ByteBuffer.wrap(bytes));
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

  /** Ends this end because its connection is gone: the listener is told in a later event. */
  void onConnectionGone() {
    if (!dead) {
      die();
      tellReset(ResetReason.CONNECTION_CLOSED);
    }
  }

  /** Ends this end in silence, with its node. */
  void crash() {
    die();
  }

  private void breakOff(ResetReason reason) {
    reset();
    tellReset(reason);
  }

  private void tellReset(ResetReason reason) {
    connection.loop().execute(() -> listener().onReset(this, reason));
  }

  private void sendQueued() {
    while (sendWindowBytes > 0 && !queue.isEmpty()) {
      ByteBuffer head = queue.getFirst();
      byte[] bytes = new byte[(int) Math.min(sendWindowBytes, head.remaining())];
      head.get(bytes);
      if (!head.hasRemaining()) {
        queue.removeFirst();
      }
      queuedBytes -= bytes.length;
      sendData(bytes);
    }
    if (writeClosed && queue.isEmpty() && !endSent) {
      endSent = true;
      connection.send(new Frame.CloseWrite(id));
      forgetWhenClosed();
    }
  }

  private void sendData(byte[] bytes) {
    sendWindowBytes -= bytes.length;
    connection.send(new Frame.Data(id, bytes));
  }

  private void forgetWhenClosed() {
    if (endSent && remoteClosed) {
      die();
    }
  }

  private void die() {
    dead = true;
    queue.clear();
    queuedBytes = 0;
    connection.forget(this);
  }

  private StreamListener listener() {
    return Objects.requireNonNull(listener, "stream without listener");
  }
}
