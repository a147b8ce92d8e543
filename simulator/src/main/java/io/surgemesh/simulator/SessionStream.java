package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.session.RecordFiller;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream at byte level: its write queue, and its listener once a protocol is agreed.
 */
final class SessionStream implements Stream, RecordFiller.Source {
  private final SessionConnection connection;
  private final SessionMux mux;
  private final int id;
  private @Nullable ProtocolId protocol;
  private @Nullable SessionNegotiation negotiation;
  private @Nullable StreamListener listener;

  // Bounded by WRITE_QUEUE_BYTES_MAX.
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private int queuedBytes;
  private long unconsumedBytes;
  private boolean closing;
  private boolean over;
  private boolean scheduled;

  SessionStream(SessionConnection connection, SessionMux mux, int id) {
    this.connection = connection;
    this.mux = mux;
    this.id = id;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public ProtocolId protocol() {
    ProtocolId agreed = protocol;
    if (agreed == null) {
      throw new IllegalStateException("stream without a protocol");
    }
    return agreed;
  }

  @Override
  public void write(ByteBuffer data) {
    if (over || closing || !data.hasRemaining()) {
      return;
    }
    queue.add(data);
    queuedBytes += data.remaining();
    if (queuedBytes > WRITE_QUEUE_BYTES_MAX) {
      reset();
      tellResetLater(ResetReason.OVERFLOW);
    } else {
      mux.ready(this);
    }
  }

  @Override
  public boolean isWritable() {
    return queuedBytes < WRITE_QUEUE_BYTES_SOFT && !over;
  }

  @Override
  public void consumed(int bytes) {
    if (over) {
      return;
    }
    if (bytes < 0 || bytes > unconsumedBytes) {
      throw new IllegalArgumentException(
          "consumed " + bytes + " of " + unconsumedBytes + " bytes delivered");
    }
    unconsumedBytes -= bytes;
    mux.consumed(id, bytes);
  }

  @Override
  public void closeWrite() {
    if (over || closing) {
      return;
    }
    closing = true;
    if (queue.isEmpty()) {
      mux.finished(this);
    }
  }

  @Override
  public void reset() {
    if (!over) {
      end();
      mux.resetByUs(this);
    }
  }

  void negotiate(SessionNegotiation begun) {
    negotiation = begun;
  }

  /** Sets the protocol, before anybody outside sees the stream. */
  void agreed(ProtocolId agreed) {
    protocol = agreed;
    negotiation = null;
  }

  /** The peer has not agreed yet, but is taken to. */
  void assume(ProtocolId assumed, StreamListener owner) {
    protocol = assumed;
    listener = owner;
  }

  void listen(StreamListener owner) {
    listener = owner;
  }

  void onData(ByteBuffer data) {
    SessionNegotiation pending = negotiation;
    if (pending != null) {
      int bytes = data.remaining();
      pending.onBytes(data);
      mux.consumed(id, bytes - data.remaining());
    }
    StreamListener owner = listener;
    if (data.hasRemaining() && !over && owner != null) {
      unconsumedBytes += data.remaining();
      owner.onData(this, data);
    }
  }

  void onRemoteClosed() {
    SessionNegotiation pending = negotiation;
    StreamListener owner = listener;
    if (pending != null) {
      pending.onBroken(ResetReason.REMOTE);
    } else if (owner != null && !over) {
      owner.onRemoteClose(this);
    }
  }

  void onRemoteReset() {
    if (!over) {
      end();
      tellReset(ResetReason.REMOTE);
    }
  }

  /** Ends this end because its connection is gone: the listener is told in a later event. */
  void onConnectionGone() {
    if (!over) {
      end();
      tellResetLater(ResetReason.CONNECTION_CLOSED);
    }
  }

  /** Ends this end in silence, with its node. */
  void crash() {
    end();
  }

  private void tellResetLater(ResetReason reason) {
    connection.loop().execute(() -> tellReset(reason));
  }

  private void tellReset(ResetReason reason) {
    SessionNegotiation pending = negotiation;
    StreamListener owner = listener;
    negotiation = null;
    if (pending != null) {
      pending.onBroken(reason);
    } else if (owner != null) {
      owner.onReset(this, reason);
    }
  }

  private void end() {
    over = true;
    queue.clear();
    queuedBytes = 0;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public boolean schedule() {
    if (scheduled || over) {
      return false;
    }
    scheduled = true;
    return true;
  }

  @Override
  public void unschedule() {
    scheduled = false;
  }

  @Override
  public boolean hasPending() {
    return !queue.isEmpty();
  }

  @Override
  public int drainTo(byte[] target, int offset, int bytesMax) {
    int moved = 0;
    for (ByteBuffer data = queue.peek(); data != null && moved < bytesMax; data = queue.peek()) {
      int bytes = Math.min(data.remaining(), bytesMax - moved);
      data.get(target, offset + moved, bytes);
      moved += bytes;
      if (!data.hasRemaining()) {
        queue.remove();
      }
    }
    boolean wasFull = queuedBytes >= WRITE_QUEUE_BYTES_SOFT;
    queuedBytes -= moved;
    if (wasFull && queuedBytes < WRITE_QUEUE_BYTES_SOFT) {
      mux.relieved(this);
    }
    return moved;
  }

  @Override
  public void onDrained() {
    if (closing) {
      mux.finished(this);
    }
  }

  void tellWritable() {
    StreamListener owner = listener;
    if (!over && !closing && owner != null) {
      owner.onWritable(this);
    }
  }
}
