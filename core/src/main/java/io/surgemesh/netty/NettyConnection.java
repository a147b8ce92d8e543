package io.surgemesh.netty;

import io.netty.channel.Channel;
import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import java.util.concurrent.CompletableFuture;

/** A connection as others see it; its work is done by {@link MuxSession} on its loop. */
final class NettyConnection implements Connection {
  private final Channel channel;
  private final NettyLoop loop;
  private final PeerId remotePeer;
  private final Multiaddr remoteAddress;
  private final boolean outbound;
  private final MuxSession session;
  private volatile long usedNanos;

  NettyConnection(
      Channel channel,
      NettyLoop loop,
      PeerId remotePeer,
      Multiaddr remoteAddress,
      boolean outbound,
      ConnectionUpgrade.Ready upgraded,
      SessionContext context) {
    this.channel = channel;
    this.loop = loop;
    this.remotePeer = remotePeer;
    this.remoteAddress = remoteAddress;
    this.outbound = outbound;
    this.usedNanos = loop.nowNanos();
    this.session = new MuxSession(this, channel, loop, upgraded, context);
  }

  MuxSession session() {
    return session;
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

  @Override
  public Loop loop() {
    return loop;
  }

  /** Takes note that a stream begins, on the clock of the loops. */
  void used() {
    usedNanos = loop.nowNanos();
  }

  /** Returns when the last stream began, or the connection itself. */
  long usedNanos() {
    return usedNanos;
  }

  /** Returns whether new streams can be expected to open. */
  boolean isActive() {
    return channel.isActive() && !session.isGoing();
  }

  @Override
  public CompletableFuture<Stream> open(ProtocolId protocol, StreamListener listener) {
    CompletableFuture<Stream> opened = new CompletableFuture<>();
    used();
    if (!loop.runHere(() -> open(protocol, listener, opened))) {
      opened.completeExceptionally(new StreamBroken(remotePeer, ResetReason.CONNECTION_CLOSED));
    }
    return opened;
  }

  private void open(
      ProtocolId protocol, StreamListener listener, CompletableFuture<Stream> opened) {
    NettyStream stream = session.open();
    if (stream != null) {
      StreamNegotiation.propose(stream, session.context(), protocol, listener, opened);
    } else if (session.isClosed()) {
      opened.completeExceptionally(new StreamBroken(remotePeer, ResetReason.CONNECTION_CLOSED));
    } else {
      opened.completeExceptionally(
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
