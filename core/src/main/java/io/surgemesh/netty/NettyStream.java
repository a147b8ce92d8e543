package io.surgemesh.netty;

import io.surgemesh.host.Connection;
import io.surgemesh.host.HostMetrics.Direction;
import io.surgemesh.host.HostMetrics.StreamEnd;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Rule;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.session.RecordFiller;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream: its write queue, and its listener once the protocol is agreed.
 *
 * <p>The queue's size is counted when {@link #write} is called, on any thread, so that {@link
 * #isWritable} tells the truth there; everything else happens on the connection's loop.
 */
final class NettyStream implements Stream, RecordFiller.Source {
  private static final Logger LOG = LoggerFactory.getLogger(NettyStream.class);

  private final MuxSession session;
  private final int id;
  private final AtomicInteger queuedBytes = new AtomicInteger();
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private volatile @Nullable ProtocolId protocol;
  private volatile boolean over;
  private @Nullable StreamNegotiation negotiation;
  private @Nullable StreamListener listener;
  private Direction direction = Direction.INBOUND;
  private @Nullable String label;
  private boolean closing;
  private boolean scheduled;
  private boolean delivering;
  private final StreamPlace place;
  private final InboundHold hold;
  private final DrainWatch drain = new DrainWatch();

  NettyStream(MuxSession session, int id) {
    this.session = session;
    this.id = id;
    this.place = new StreamPlace(session);
    this.hold = new InboundHold(session.connection().scope().inbound());
  }

  @Override
  public int id() {
    return id;
  }

  // Called by anybody.

  @Override
  public Connection connection() {
    return session.connection();
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
    int bytes = data.remaining();
    if (over || bytes == 0) {
      return;
    }
    session.budget().add(bytes);
    queuedBytes.addAndGet(bytes);
    if (!session.loop().runHere(() -> enqueue(data, bytes))) {
      released(bytes);
    }
  }

  @Override
  public boolean isWritable() {
    return queuedBytes.get() < WRITE_QUEUE_BYTES_SOFT && session.budget().isBelowSoft() && !over;
  }

  @Override
  public void consumed(int bytes) {
    session.loop().runHere(() -> consumedHere(bytes));
  }

  @Override
  public void keeps(int bytes) {
    session.loop().runHere(() -> keepsHere(bytes));
  }

  @Override
  public void closeWrite() {
    session.loop().runHere(this::closeWriteHere);
  }

  @Override
  public void reset() {
    session.loop().runHere(this::resetHere);
  }

  // Called on the loop only.

  private void enqueue(ByteBuffer data, int bytes) {
    if (over || closing) {
      released(bytes);
      return;
    }
    queue.add(data);
    if (queuedBytes.get() > WRITE_QUEUE_BYTES_MAX || session.budget().isBeyondMax()) {
      breakOff(ResetReason.OVERFLOW, StreamEnd.RESET_BY_US);
    } else {
      session.outbound().ready(this);
      session.stalls().watch();
    }
  }

  private void consumedHere(int bytes) {
    hold.consumed(bytes);
    session.consumed(id, bytes);
    countHeld();
  }

  private void keepsHere(int bytes) {
    hold.kept(bytes);
    countHeld();
  }

  /** Counts what is held now, unless the listener is about to say more. */
  private void countHeld() {
    if (!over && !delivering && !session.connection().bears(hold.count())) {
      breakOff(ResetReason.OVERFLOW, StreamEnd.SHED);
    }
  }

  /** Returns how many bytes the host holds for this stream. */
  int heldBytes() {
    return hold.bytes();
  }

  private void closeWriteHere() {
    if (!over && !closing) {
      closing = true;
      drain.begin();
      if (queue.isEmpty()) {
        session.finished(this);
      } else {
        session.outbound().ready(this);
      }
    }
  }

  private void resetHere() {
    resetHere(StreamEnd.RESET_BY_US);
  }

  private void resetHere(StreamEnd how) {
    if (!over) {
      end();
      ended(how);
      session.resetByUs(this);
    }
  }

  /** Resets the stream for a fault that is not its owner's will, and tells the listener. */
  void breakOff(ResetReason reason, StreamEnd how) {
    if (!over) {
      resetHere(how);
      tellReset(reason);
    }
  }

  StreamPlace place() {
    return place;
  }

  /** The stream is forgotten. */
  void forgotten() {
    place.giveBack();
    hold.end();
  }

  void negotiate(StreamNegotiation begun) {
    negotiation = begun;
  }

  void agreed(ProtocolId agreed, Direction opened) {
    protocol = agreed;
    negotiation = null;
    place.agreed();
    direction = opened;
    label = session.context().watch().streamOpened(agreed.value(), opened);
  }

  /** Tells once how a stream with a protocol ended. */
  void ended(StreamEnd how) {
    String known = label;
    if (known != null) {
      label = null;
      session.context().watch().streamEnded(known, direction, how);
    }
  }

  /** The peer has not agreed yet, but is taken to. */
  void assume(ProtocolId assumed, StreamListener owner) {
    protocol = assumed;
    listener = owner;
  }

  /** Sets who listens; before the first data. */
  void listen(StreamListener owner) {
    listener = owner;
  }

  void onData(ByteBuffer data) {
    StreamNegotiation pending = negotiation;
    if (pending != null) {
      int bytes = data.remaining();
      pending.onBytes(data);
      session.consumed(id, bytes - data.remaining());
      if (!data.hasRemaining()) {
        return;
      }
    }
    StreamListener owner = listener;
    if (over || owner == null) {
      return;
    }
    hold.delivered(data.remaining());
    delivering = true;
    try {
      owner.onData(this, data);
    } catch (RuntimeException bug) {
      onBug(bug);
    }
    delivering = false;
    countHeld();
  }

  void onRemoteClosed() {
    StreamNegotiation pending = negotiation;
    StreamListener owner = listener;
    if (pending != null) {
      pending.onBroken(ResetReason.REMOTE);
    } else if (owner != null && !over) {
      try {
        owner.onRemoteClose(this);
      } catch (RuntimeException bug) {
        onBug(bug);
      }
    }
  }

  /** The stream is gone already, by the peer's reset or with its connection. */
  void onGone(ResetReason reason) {
    if (!over) {
      end();
      ended(reason == ResetReason.REMOTE ? StreamEnd.RESET_BY_PEER : StreamEnd.CONNECTION_CLOSED);
      tellReset(reason);
    }
  }

  private void tellReset(ResetReason reason) {
    StreamNegotiation pending = negotiation;
    StreamListener owner = listener;
    negotiation = null;
    listener = null;
    if (pending != null) {
      pending.onBroken(reason);
    } else if (owner != null) {
      try {
        owner.onReset(this, reason);
      } catch (RuntimeException bug) {
        onBug(bug);
      }
    }
  }

  private void onBug(RuntimeException bug) {
    LOG.error("bug in the listener of stream {} of {}, reset", id, protocol, bug);
    resetHere();
  }

  private void end() {
    over = true;
    int dropped = 0;
    for (ByteBuffer data : queue) {
      dropped += data.remaining();
    }
    queue.clear();
    hold.end();
    released(dropped);
  }

  private void released(int bytes) {
    queuedBytes.addAndGet(-bytes);
    session.budget().remove(bytes);
  }

  // Called by the scheduler.

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
  public boolean isOver() {
    return over;
  }

  @Override
  public int drainTo(byte[] target, int offset, int bytesMax) {
    int moved = 0;
    for (ByteBuffer data = queue.peek(); data != null && moved < bytesMax; data = queue.peek()) {
      int bytes = Math.min(data.remaining(), bytesMax - moved);
      data.get(target, offset + moved, bytes);
      moved += bytes;
      if (!data.hasRemaining()) {
        queue.poll();
      }
    }
    if (sent(moved)) {
      session.outbound().relieved(this);
    }
    return moved;
  }

  @Override
  public void onDrained() {
    if (closing) {
      session.finished(this);
    }
  }

  /** Returns whether bytes wait to be sent. */
  boolean isWaiting() {
    return !over && !queue.isEmpty();
  }

  /**
   * Returns whether bytes wait for the peer's credit for too long: less once we are closing. What
   * has credit waits for the connection, which has a bound of its own.
   */
  boolean isStalled(long streamNanos, long closingNanos, long nowNanos) {
    boolean waiting = isWaiting() && !session.hasCredit(id);
    return drain.isStalled(waiting, closing ? closingNanos : streamNanos, nowNanos);
  }

  void onStalled() {
    breakOff(ResetReason.TIMED_OUT, StreamEnd.RESET_BY_US);
    session.connection().misbehaved(Rule.READ_STALLED, Rule.Reaction.RESET);
  }

  /** Counts bytes as sent; returns whether the queue fell below its soft limit by it. */
  private boolean sent(int bytes) {
    drain.drained(bytes);
    int before = queuedBytes.getAndAdd(-bytes);
    session.budget().remove(bytes);
    return before >= WRITE_QUEUE_BYTES_SOFT && before - bytes < WRITE_QUEUE_BYTES_SOFT;
  }

  void tellWritable() {
    StreamListener owner = listener;
    if (!over && !closing && owner != null) {
      try {
        owner.onWritable(this);
      } catch (RuntimeException bug) {
        onBug(bug);
      }
    }
  }
}
