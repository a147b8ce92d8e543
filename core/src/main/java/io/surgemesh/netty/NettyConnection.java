package io.surgemesh.netty;

import io.netty.channel.Channel;
import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Rule;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A connection as others see it; its work is done by {@link MuxSession} on its loop. */
final class NettyConnection implements Connection {
  /**
   * How long a surplus connection stays without streams: many round trips, for those on their way.
   */
  static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();

  private final Channel channel;
  private final NettyLoop loop;
  private final PeerId remotePeer;
  private final Multiaddr remoteAddress;
  private final boolean outbound;
  private final HostMetrics.SecureChannel security;
  private final SessionContext context;
  private final ConnectionSlots.Slot slot;
  private final PeerScope scope;
  private final MuxSession session;
  private final long begunNanos;
  private final AtomicInteger opened = new AtomicInteger();
  private volatile long usedNanos;
  private volatile @Nullable NettyConnection successor;

  NettyConnection(
      FreshSocket socket,
      PeerId remotePeer,
      ConnectionUpgrade.Ready upgraded,
      SessionContext context) {
    this.channel = socket.channel();
    this.loop = socket.loop();
    this.remotePeer = remotePeer;
    this.remoteAddress = socket.address();
    this.outbound = socket.outbound();
    this.security =
        upgraded.reader() instanceof TlsRecords
            ? HostMetrics.SecureChannel.TLS
            : HostMetrics.SecureChannel.NOISE;
    this.begunNanos = loop.nowNanos();
    this.usedNanos = begunNanos;
    this.scope = context.scope().enter(remotePeer);
    this.context = context;
    this.slot = socket.slot();
    this.session = new MuxSession(this, channel, loop, upgraded, context);
    this.scope.add(session);
  }

  MuxSession session() {
    return session;
  }

  /** Returns what this connection shares with others to the same peer. */
  PeerScope scope() {
    return scope;
  }

  /** The connection is gone. */
  void leaveScope() {
    scope.remove(session);
    context.scope().leave(remotePeer);
  }

  /** Returns whether a stream may stay open for which more is held than before. */
  boolean bears(InboundBudget.Verdict verdict) {
    if (verdict == InboundBudget.Verdict.PEER_FULL) {
      misbehaved(Rule.LIMIT_BYTES, Rule.Reaction.RESET);
    }
    return verdict == InboundBudget.Verdict.FITS
        || (verdict == InboundBudget.Verdict.HOST_FULL && !context.scope().shed(scope));
  }

  /** Returns a budget for what its streams have queued. */
  QueueBudget newBudget() {
    return new QueueBudget(
        context.limits().queues(), context.scope().queuedBytes(), scope.queuedBytes());
  }

  @Override
  public PeerId remotePeer() {
    return remotePeer;
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean isOutbound() {
    return outbound;
  }

  HostMetrics.SecureChannel security() {
    return security;
  }

  @Override
  public void misbehaved(Rule rule, Rule.Reaction reaction) {
    long nowNanos = loop.nowNanos();
    boolean closing = reaction == Rule.Reaction.CLOSE;
    boolean borne = !closing && scope.bears(nowNanos);
    context
        .watch()
        .misbehaved(remotePeer, remoteAddress, rule, borne ? reaction : Rule.Reaction.CLOSE);
    if (!borne) {
      slot.misbehaved(nowNanos);
    }
    if (!borne && !closing) {
      close();
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  /** Takes note that a stream begins, on the clock of the loops. */
  void used() {
    usedNanos = loop.nowNanos();
  }

  /** Returns what counts when there are too many connections. */
  ConnectionLimits.Candidate candidate() {
    return ConnectionLimits.Candidate.of(this, begunNanos, usedNanos, opened.get());
  }

  /** Returns whether new streams can be expected to open. */
  boolean isActive() {
    return channel.isActive() && !session.isGoing();
  }

  /**
   * Hands new streams to another connection to the peer, and closes this one when it has carried
   * none for {@value #LINGER_NANOS} ns; on any thread. Without that other it goes on as before.
   */
  void retire(NettyConnection other) {
    boolean fresh = successor == null;
    successor = other;
    if (fresh) {
      loop.execute(this::closeUnused);
    }
  }

  private void closeUnused() {
    NettyConnection other = successor;
    if (session.isClosed() || other == null || !other.isActive()) {
      successor = null;
      return;
    }
    long nowNanos = loop.nowNanos();
    boolean unused = session.streams().isEmpty() && nowNanos - usedNanos >= LINGER_NANOS;
    if (unused) {
      session.close();
    } else {
      long dueNanos = Math.max(usedNanos, nowNanos - LINGER_NANOS / 2) + LINGER_NANOS;
      loop.arm(dueNanos, this::closeUnused);
    }
  }

  @Override
  public CompletableFuture<Stream> open(ProtocolId protocol, StreamListener listener) {
    return open(protocol, listener, false);
  }

  @Override
  public CompletableFuture<Stream> openEagerly(ProtocolId protocol, StreamListener listener) {
    return open(protocol, listener, true);
  }

  private CompletableFuture<Stream> open(
      ProtocolId protocol, StreamListener listener, boolean eagerly) {
    NettyConnection other = successor;
    if (other != null && other.isActive()) {
      return other.open(protocol, listener, eagerly);
    }
    CompletableFuture<Stream> opening = new CompletableFuture<>();
    used();
    opened.incrementAndGet();
    if (!loop.runHere(() -> openHere(protocol, listener, eagerly, opening))) {
      opening.completeExceptionally(new StreamBroken(remotePeer, ResetReason.CONNECTION_CLOSED));
    }
    return opening;
  }

  private void openHere(
      ProtocolId protocol,
      StreamListener listener,
      boolean eagerly,
      CompletableFuture<Stream> opening) {
    NettyStream stream = session.open();
    if (stream != null && eagerly) {
      StreamNegotiation.assume(stream, session.context(), protocol, listener);
      opening.complete(stream);
    } else if (stream != null) {
      StreamNegotiation.propose(stream, session.context(), protocol, listener, opening);
    } else if (session.isClosed()) {
      opening.completeExceptionally(new StreamBroken(remotePeer, ResetReason.CONNECTION_CLOSED));
    } else {
      opening.completeExceptionally(
          new Unreachable(remotePeer, remoteAddress, Unreachable.Reason.LIMIT));
    }
  }

  @Override
  public void close() {
    if (!loop.runHere(session::close)) {
      channel.close();
    }
  }
}
