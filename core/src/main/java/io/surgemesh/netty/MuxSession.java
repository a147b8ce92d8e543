package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.Rule;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.Timer;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.FrameReader;
import io.surgemesh.session.RecordReader;
import io.surgemesh.session.Yamux;
import io.surgemesh.session.YamuxOutput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that carries streams: routes between the socket, the yamux machine and the streams.
 *
 * <p>Confined to the connection's loop, but for {@link #budget} and the getters.
 */
final class MuxSession implements Phase, FrameReader.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(MuxSession.class);

  /** Answers are sent before they are taken for a flood, when the peer takes them. */
  private static final int FRAMES_FLUSHED_AT = 128;

  /** Of what a peer's streams may hold, the windows of one connection grow to this part. */
  private static final int WINDOWS_PART = 2;

  private final NettyConnection connection;
  private final Channel channel;
  private final NettyLoop loop;
  private final SessionContext context;
  private final Yamux yamux;
  private final RecordReader records;
  private final FrameReader frames;
  private final StreamTable streams = new StreamTable();
  private final QueueBudget budget;
  private final OutboundScheduler outbound;
  private final Traffic traffic;
  private final StreamStalls stalls;
  private ByteBuffer early;
  private @Nullable Timer keepAlive;
  private int negotiations;
  private volatile boolean closeWhenEmpty;
  private boolean closed;

  MuxSession(
      NettyConnection connection,
      Channel channel,
      NettyLoop loop,
      ConnectionUpgrade.Ready upgraded,
      SessionContext context) {
    this.connection = connection;
    this.channel = channel;
    this.loop = loop;
    this.context = context;
    long heldMax = context.limits().inbound().peerMax();
    this.yamux =
        new Yamux(
            connection.isOutbound(),
            context.yamux().withWindowBytesSumAtMost(heldMax / WINDOWS_PART),
            loop.nowNanos());
    this.records = upgraded.reader();
    this.early = upgraded.early();
    this.frames = new FrameReader(yamux, this);
    this.budget = connection.newBudget();
    WriteStall stall =
        new WriteStall(
            channel,
            loop,
            context.deadlines().writeStall().toNanos(),
            () -> connection.misbehaved(Rule.READ_STALLED, Rule.Reaction.CLOSE));
    this.outbound = new OutboundScheduler(channel, loop, upgraded.send(), yamux, this, stall);
    this.traffic = new Traffic(context.watch(), loop);
    this.stalls = new StreamStalls(streams, loop, context.deadlines());
    armKeepAlive();
  }

  Traffic traffic() {
    return traffic;
  }

  NettyConnection connection() {
    return connection;
  }

  NettyLoop loop() {
    return loop;
  }

  SessionContext context() {
    return context;
  }

  QueueBudget budget() {
    return budget;
  }

  OutboundScheduler outbound() {
    return outbound;
  }

  /** Returns whether the peer takes no new streams; on any thread. */
  boolean isGoing() {
    return closeWhenEmpty;
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns whether the peer has gone away and no stream is left to wait for. */
  boolean isDone() {
    return closeWhenEmpty && streams.isEmpty();
  }

  StreamTable streams() {
    return streams;
  }

  StreamStalls stalls() {
    return stalls;
  }

  /** Counts a stream of the peer that has no protocol yet; false when there are too many. */
  boolean takeNegotiation() {
    if (negotiations >= context.limits().streams().negotiatingMax()) {
      return false;
    }
    negotiations++;
    return true;
  }

  void leaveNegotiation() {
    negotiations--;
  }

  /** Resets the stream for which most is held, as the host holds too much for all; on the loop. */
  void shed() {
    NettyStream most = null;
    for (NettyStream stream : streams.all()) {
      if (most == null || stream.heldBytes() > most.heldBytes()) {
        most = stream;
      }
    }
    if (most != null && most.heldBytes() > 0) {
      most.breakOff(ResetReason.OVERFLOW, HostMetrics.StreamEnd.SHED);
    }
  }

  /** Returns whether the peer lets us send on a stream. */
  boolean hasCredit(int streamId) {
    return yamux.credit(streamId) > 0;
  }

  /** Opens a stream of ours; null when a limit is reached or the connection is going. */
  @Nullable NettyStream open() {
    int id = closed ? 0 : yamux.open(loop.nowNanos());
    if (id == 0) {
      return null;
    }
    NettyStream stream = new NettyStream(this, id);
    streams.add(stream);
    performOutputs();
    outbound.schedule();
    return stream;
  }

  void consumed(int streamId, int bytes) {
    yamux.consumed(streamId, bytes, loop.nowNanos());
    if (yamux.framesQueued() > 0) {
      outbound.schedule();
    }
  }

  /** The stream's queue is empty and its direction over. */
  void finished(NettyStream stream) {
    yamux.closeWrite(stream.id());
    forgetIfClosed(stream.id());
    outbound.schedule();
  }

  void resetByUs(NettyStream stream) {
    yamux.reset(stream.id());
    forget(stream.id());
    outbound.schedule();
  }

  /** Says farewell and closes. */
  void close() {
    if (!closed) {
      yamux.goAway();
      outbound.end();
      channel.close();
    }
  }

  @Override
  public void onBytes(ByteBuf bytes) {
    outbound.reading(true);
    long nowNanos = loop.nowNanos();
    if (early.hasRemaining()) {
      ByteBuffer plain = early;
      early = ByteBuffer.allocate(0);
      frames.feed(plain, nowNanos);
    }
    traffic.received(bytes.readableBytes());
    ByteBuffer view = bytes.nioBuffer();
    for (ByteBuffer plain = records.poll(view);
        plain != null && !closed;
        plain = records.poll(view)) {
      frames.feed(plain, nowNanos);
    }
    bytes.skipBytes(bytes.readableBytes());
    if (records.isBroken() && !closed) {
      LOG.debug("forged record or end of {}, connection closed", connection.remotePeer());
      if (records.isForged()) {
        connection.misbehaved(Rule.RECORD_FORGED, Rule.Reaction.CLOSE);
      }
      channel.close();
    }
  }

  @Override
  public void onReadComplete() {
    if (yamux.framesQueued() > 0) {
      outbound.schedule();
    }
    outbound.reading(false);
    traffic.passed();
  }

  @Override
  public void onHeader() {
    performOutputs();
    if (yamux.framesQueued() >= FRAMES_FLUSHED_AT) {
      outbound.flush();
    }
  }

  @Override
  public void onBody(int streamId, ByteBuffer piece) {
    NettyStream stream = streams.find(streamId);
    if (stream != null) {
      stream.onData(piece);
    }
  }

  @Override
  public void onBodyEnd() {
    performOutputs();
  }

  private void performOutputs() {
    for (YamuxOutput output = yamux.poll(); output != null; output = yamux.poll()) {
      perform(output);
    }
  }

  private void perform(YamuxOutput output) {
    if (output instanceof YamuxOutput.Opened opened) {
      NettyStream stream = new NettyStream(this, opened.streamId());
      streams.add(stream);
      connection.used();
      StreamNegotiation.accept(stream, context);
    } else if (output instanceof YamuxOutput.RemoteClosed remoteClosed) {
      onRemoteClosed(remoteClosed.streamId());
    } else if (output instanceof YamuxOutput.Reset reset) {
      onReset(reset.streamId());
    } else if (output instanceof YamuxOutput.Credited credited) {
      NettyStream stream = streams.find(credited.streamId());
      if (stream != null && stream.hasPending()) {
        outbound.ready(stream);
      }
    } else if (output instanceof YamuxOutput.WentAway wentAway && wentAway.normally()) {
      closeWhenEmpty = true;
      outbound.schedule();
    } else {
      LOG.debug("{} closed: {}", connection.remotePeer(), output);
      if (output instanceof YamuxOutput.Misbehaved fault) {
        connection.misbehaved(Watch.rule(fault.reason()), Rule.Reaction.CLOSE);
      }
      outbound.flush();
      channel.close();
    }
  }

  private void onRemoteClosed(int streamId) {
    NettyStream stream = streams.find(streamId);
    if (stream != null) {
      forgetIfClosed(streamId);
      stream.onRemoteClosed();
    }
  }

  private void onReset(int streamId) {
    NettyStream stream = streams.find(streamId);
    if (stream != null) {
      forget(streamId);
      stream.onGone(ResetReason.REMOTE);
      outbound.schedule();
    }
  }

  private void forgetIfClosed(int streamId) {
    if (!yamux.isOpen(streamId)) {
      NettyStream closedWhole = streams.find(streamId);
      if (closedWhole != null) {
        closedWhole.ended(HostMetrics.StreamEnd.CLOSED);
      }
      forget(streamId);
    }
  }

  private void forget(int streamId) {
    streams.remove(streamId);
    if (closeWhenEmpty) {
      outbound.schedule();
    }
  }

  private void armKeepAlive() {
    long deadlineNanos = yamux.deadlineNanos();
    if (deadlineNanos != Machine.NEVER && !closed) {
      keepAlive = loop.arm(deadlineNanos, this::onKeepAlive);
    }
  }

  private void onKeepAlive() {
    yamux.onTimeout(loop.nowNanos());
    performOutputs();
    outbound.schedule();
    traffic.tell();
    armKeepAlive();
  }

  @Override
  public void onWritabilityChanged() {
    outbound.onWritabilityChanged();
  }

  @Override
  public void onClosed() {
    if (closed) {
      return;
    }
    closed = true;
    outbound.close();
    stalls.close();
    if (keepAlive != null) {
      keepAlive.cancel();
    }
    traffic.tell();
    for (NettyStream stream : streams.all()) {
      streams.remove(stream.id());
      stream.onGone(ResetReason.CONNECTION_CLOSED);
    }
    context.onClosed().accept(connection);
  }
}
