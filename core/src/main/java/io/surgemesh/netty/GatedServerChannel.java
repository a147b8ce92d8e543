package io.surgemesh.netty;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections only for which there is room: one that is refused costs two system calls, and
 * not a channel with its pipeline.
 *
 * <p>After {@value #REFUSED_AT_ONCE} that are refused it rests for {@value #REST_MILLIS} ms:
 * whoever floods fills the backlog meanwhile, which costs this side nothing.
 */
final class GatedServerChannel extends NioServerSocketChannel {
  private static final int REFUSED_AT_ONCE = 8;
  private static final long REST_MILLIS = 20;

  static final AttributeKey<ConnectionSlots.Slot> SLOT = AttributeKey.valueOf("surgemesh.slot");

  /** Has the places. */
  interface Gate {
    /** Returns a place for a connection from an address, null to refuse it; on any event loop. */
    ConnectionSlots.@Nullable Slot enter(InetSocketAddress remote);
  }

  private final Gate gate;

  GatedServerChannel(Gate gate) {
    this.gate = gate;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    for (int refused = 0; refused < REFUSED_AT_ONCE; refused++) {
      SocketChannel socket = javaChannel().accept();
      if (socket == null) {
        return 0;
      }
      ConnectionSlots.Slot slot = gate.enter((InetSocketAddress) socket.getRemoteAddress());
      if (slot != null) {
        NioSocketChannel channel = new NioSocketChannel(this, socket);
        channel.attr(SLOT).set(slot);
        accepted.add(channel);
        return 1;
      }
      refuse(socket);
    }
    rest();
    return 0;
  }

  private void rest() {
    config().setAutoRead(false);
    eventLoop().schedule(() -> config().setAutoRead(true), REST_MILLIS, MILLISECONDS);
  }

  private static void refuse(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // Then it is closed.
    }
  }
}
