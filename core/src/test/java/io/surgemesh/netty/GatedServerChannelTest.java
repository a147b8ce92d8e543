package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener of which most that come are refused. */
@Tag("socket")
@Timeout(60)
class GatedServerChannelTest {
  private static final int FLOOD = 200;

  private final ConnectionSlots slots = new ConnectionSlots(HostLimits.defaults());
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Socket> sockets = new ArrayList<>();
  private final Set<Integer> welcome = ConcurrentHashMap.newKeySet();
  private final Taken taken = new Taken();
  private Channel server;

  @ChannelHandler.Sharable
  private static final class Taken extends ChannelInboundHandlerAdapter {
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    @Override
    public void channelActive(ChannelHandlerContext context) {
      assertThat(context.channel().attr(GatedServerChannel.SLOT).get()).isNotNull();
      ports.add(((InetSocketAddress) context.channel().remoteAddress()).getPort());
    }
  }

  private ConnectionSlots.@Nullable Slot gate(InetSocketAddress remote) {
    return welcome.contains(remote.getPort()) ? slots.takeInbound(remote.getAddress(), 0) : null;
  }

  @BeforeEach
  void listen() {
    server =
        new ServerBootstrap()
            .group(group)
            .channelFactory(() -> new GatedServerChannel(this::gate))
            .childHandler(taken)
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close().syncUninterruptibly();
    group.shutdownGracefully();
  }

  private Socket connect(boolean isWelcome) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    if (isWelcome) {
      welcome.add(socket.getLocalPort());
    }
    socket.connect(server.localAddress());
    return socket;
  }

  private static boolean isRefused(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void allOfAFloodAreRefusedAndWhoComesInItsMidstIsTaken() throws IOException {
    List<Socket> refused = new ArrayList<>();
    List<Socket> honest = new ArrayList<>();
    for (int i = 0; i < FLOOD; i++) {
      refused.add(connect(false));
      if (i % 50 == 25) {
        honest.add(connect(true));
      }
    }
    for (Socket socket : refused) {
      assertThat(isRefused(socket)).isTrue();
    }
    for (Socket socket : honest) {
      await().until(() -> taken.ports.contains(socket.getLocalPort()));
    }
    assertThat(taken.ports).hasSameSizeAs(honest);
  }
}
