package io.surgemesh.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Dials single addresses: connects, and hands the socket to its handshake.
 *
 * @param <T> what comes of a dial
 */
final class Dialer<T> {
  /** Takes a fresh socket through its handshake, as {@link Connector#begin} does. */
  @FunctionalInterface
  interface Handshake<T> {
    void begin(FreshSocket socket, CompletableFuture<T> ready);
  }

  private final NettyLoops loops;
  private final ConnectionSlots slots;
  private final Handshake<T> handshake;
  private final HostDeadlines deadlines;
  private final SecurityChoice securities;

  Dialer(
      NettyLoops loops,
      ConnectionSlots slots,
      Handshake<T> handshake,
      HostDeadlines deadlines,
      SecurityChoice securities) {
    this.securities = securities;
    this.loops = loops;
    this.slots = slots;
    this.handshake = handshake;
    this.deadlines = deadlines;
  }

  /**
   * Dials one address; on any thread.
   *
   * @param address an IP address and a TCP port
   * @param expected whom the peer must prove to be, null when anybody will do
   * @return completes with {@link Unreachable} when it fails; cancelling it closes the socket
   */
  CompletableFuture<T> dial(Multiaddr address, @Nullable PeerId expected) {
    CompletableFuture<T> ready = new CompletableFuture<>();
    propose(securities.at(address).iterator(), address, expected, ready);
    return ready;
  }

  /** Proposes one secure channel after the other until the peer speaks one. */
  private void propose(
      Iterator<Security> left,
      Multiaddr address,
      @Nullable PeerId expected,
      CompletableFuture<T> ready) {
    Security proposed = left.next();
    CompletableFuture<T> dial = dial(address, expected, proposed);
    dial.whenComplete(
        (connection, failure) -> {
          boolean refused =
              failure instanceof Unreachable unreachable
                  && unreachable.reason() == Reason.NO_COMMON_SECURITY;
          if (refused) {
            securities.refused(address, proposed);
          }
          if (connection != null) {
            ready.complete(connection);
          } else if (refused && left.hasNext() && !ready.isDone()) {
            propose(left, address, expected, ready);
          } else {
            ready.completeExceptionally(failure);
          }
        });
    ready.whenComplete(
        (connection, failure) -> {
          if (failure != null) {
            dial.completeExceptionally(failure);
          }
        });
  }

  private CompletableFuture<T> dial(
      Multiaddr address, @Nullable PeerId expected, Security security) {
    CompletableFuture<T> ready = new CompletableFuture<>();
    ConnectionSlots.Slot slot = slots.takeOutbound();
    if (slot == null) {
      fail(ready, address, expected, Reason.LIMIT);
    } else {
      connect(loops.next(), slot, address, security, expected, ready);
    }
    return ready;
  }

  private void connect(
      NettyLoop loop,
      ConnectionSlots.Slot slot,
      Multiaddr address,
      Security security,
      @Nullable PeerId expected,
      CompletableFuture<T> ready) {
    boolean local = DialTarget.isNear(address);
    Duration timeout = local ? deadlines.connectLocal() : deadlines.connect();
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop.eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, SocketOptions.WATER_MARK)
            .option(ChannelOption.RECVBUF_ALLOCATOR, SocketOptions.receiveBuffers())
            .option(ChannelOption.AUTO_READ, false)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(SocketAddresses.literal(address));
    connecting.addListener(
        (ChannelFuture connected) -> {
          Channel channel = connected.channel();
          if (connected.isSuccess()) {
            handshake.begin(
                new FreshSocket(channel, loop, slot, address, true, List.of(security), expected),
                ready);
            channel.config().setAutoRead(true);
          } else {
            slot.release();
            boolean late = connected.cause() instanceof ConnectTimeoutException;
            fail(ready, address, expected, late ? Reason.TIMED_OUT : Reason.CONNECT_FAILED);
          }
        });
    ready.whenComplete(
        (connection, failure) -> {
          if (failure != null) {
            connecting.channel().close();
          }
        });
  }

  private void fail(
      CompletableFuture<T> ready, Multiaddr address, @Nullable PeerId expected, Reason reason) {
    ready.completeExceptionally(new Unreachable(expected, address, reason));
  }
}
