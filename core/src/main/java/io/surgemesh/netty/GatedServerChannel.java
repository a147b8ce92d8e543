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
 * <p>Refuses for at most {@value #REFUSING_NANOS} ns at a time, then, or when nobody waits any
 * more, it rests for {@value #REST_MILLIS} ms: so a flood costs no more than a tenth of the loop's
 * time, and many refusals at a time cost far less than one by one. As long as they are done with in
 * that time, who waits behind them does so for one rest. Once there are more, the backlog fills up
 * meanwhile, which costs this side nothing, and a newcomer has to try again as its kernel does.
 */
final class GatedServerChannel extends NioServerSocketChannel {
  private static final long REFUSING_NANOS = 1_000_000;
  private static final long REST_MILLIS = 10;

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
    long begunNanos = System.nanoTime();
    boolean refused = false;
    while (!refused || System.nanoTime() - begunNanos < REFUSING_NANOS) {
      SocketChannel socket = javaChannel().accept();
      if (socket == null) {
        break;
      }
      ConnectionSlots.Slot slot = gate.enter((InetSocketAddress) socket.getRemoteAddress());
      if (slot != null) {
        NioSocketChannel channel = new NioSocketChannel(this, socket);
        channel.attr(SLOT).set(slot);
        accepted.add(channel);
        return 1;
      }
      refuse(socket);
      refused = true;
    }
    if (refused) {
      rest();
    }
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
