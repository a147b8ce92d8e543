package io.surgemesh.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Listens for peers. */
final class TcpListener {
  /** Longer than a burst of honest peers, and than what a flood brings while refusing it rests. */
  private static final int BACKLOG = 256;

  private final NettyLoops loops;
  private final ConnectionSlots slots;
  private final Connector connector;
  private final List<Security> securities;
  private final Watch watch;
  private final List<Channel> sockets = new ArrayList<>();
  private final List<Multiaddr> announced = new CopyOnWriteArrayList<>();
  private final List<Integer> portsEverywhere = new CopyOnWriteArrayList<>();

  TcpListener(
      NettyLoops loops,
      ConnectionSlots slots,
      Connector connector,
      List<Security> securities,
      Watch watch) {
    this.securities = securities;
    this.watch = watch;
    this.loops = loops;
    this.slots = slots;
    this.connector = connector;
  }

  /**
   * Listens at an address; blocks until it does.
   *
   * @throws MeshException with the socket's error as its cause
   */
  void listen(Multiaddr address) throws MeshException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channelFactory(() -> new GatedServerChannel(this::place))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SocketOptions.WATER_MARK)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, SocketOptions.receiveBuffers())
            .childHandler(new Accept())
            .bind(socketAddress(address))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw refused(address, bound.cause());
    }
    sockets.add(bound.channel());
    InetSocketAddress local = (InetSocketAddress) bound.channel().localAddress();
    announced.addAll(SocketAddresses.announced(local));
    if (local.getAddress().isAnyLocalAddress()) {
      portsEverywhere.add(local.getPort());
    }
    if (!announced.stream().allMatch(DialTarget::isNear)) {
      slots.announcePublic();
    }
  }

  private static InetSocketAddress socketAddress(Multiaddr address) throws MeshException {
    if (address.tcp().isPresent() && DialTarget.isLiteral(address)) {
      return SocketAddresses.literal(address);
    }
    throw refused(address, new UnknownHostException("can listen at /ip4 or /ip6 with /tcp only"));
  }

  private static MeshException refused(Multiaddr address, Throwable cause) {
    Unreachable failure = new Unreachable(null, address, Reason.CONNECT_FAILED);
    failure.initCause(cause);
    return failure;
  }

  /** Returns a place for a connection from there, null when there is none. */
  private ConnectionSlots.@Nullable Slot place(InetSocketAddress remote) {
    long nowNanos = loops.meshLoop().nowNanos();
    ConnectionSlots.Slot slot = slots.takeInbound(remote.getAddress(), nowNanos);
    if (slot == null) {
      watch.connectionRefused(false, remote);
    }
    return slot;
  }

  /** Returns whether dialling {@code address} leads back here, as far as that can be told. */
  boolean isOwn(Multiaddr address) {
    return announced.contains(address)
        || (address.isLoopback()
            && address.tcp().filter(tcp -> portsEverywhere.contains(tcp.port())).isPresent());
  }

  List<Multiaddr> announced() {
    return List.copyOf(announced);
  }

  void close() {
    sockets.forEach(Channel::close);
  }

  /** The first handler of every accepted socket; shared, and gone once the handshake begins. */
  @ChannelHandler.Sharable
  private final class Accept extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      Channel channel = context.channel();
      NettyLoop loop = loops.of(channel.eventLoop());
      ConnectionSlots.Slot slot = channel.attr(GatedServerChannel.SLOT).getAndSet(null);
      // Null when the peer has closed already.
      InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
      if (remote == null) {
        slot.release();
        channel.close();
        return;
      }
      channel.pipeline().remove(this);
      FreshSocket socket =
          new FreshSocket(channel, loop, slot, SocketAddresses.of(remote), false, securities, null);
      connector.begin(socket, new CompletableFuture<>());
    }
  }
}
