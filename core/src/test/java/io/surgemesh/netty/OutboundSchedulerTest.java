package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.Security;
import io.surgemesh.session.YamuxLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboundSchedulerTest {
  private static final int APPLICATION_DATA = 23;

  private final TlsPair keys = new TlsPair(0);
  private final Flushes flushes = new Flushes();
  private final EmbeddedChannel channel = new EmbeddedChannel(flushes);
  private final MuxSession session = session();

  /** Counts how often the socket is told to send. */
  private static final class Flushes extends ChannelOutboundHandlerAdapter {
    private int count;

    @Override
    public void flush(ChannelHandlerContext context) {
      count++;
      context.flush();
    }
  }

  private MuxSession session() {
    NettyLoop loop = new NettyLoop(channel.eventLoop(), Runnable::run, System.nanoTime());
    HostLimits limits = HostLimits.defaults();
    SessionContext context =
        new SessionContext(
            new ProtocolTable(),
            HostDeadlines.defaults(),
            limits,
            new HostScope(limits),
            YamuxLimits.defaults(),
            new Watch(HostMetrics.NONE, new MisbehaviourLog(loop)),
            gone -> {});
    KeyPair peer = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    ConnectionUpgrade.Ready upgraded =
        new ConnectionUpgrade.Ready(
            keys.records, keys.records, peer.publicKey(), ByteBuffer.allocate(0));
    FreshSocket socket =
        new FreshSocket(
            channel,
            loop,
            Objects.requireNonNull(new ConnectionSlots(limits).takeOutbound()),
            Multiaddr.of("/ip4/192.0.2.1/tcp/4001"),
            true,
            List.of(Security.NOISE),
            peer.peerId());
    return new NettyConnection(socket, peer.peerId(), upgraded, context).session();
  }

  /** Lets what the loop has begun with be sent. */
  @BeforeEach
  void settle() {
    channel.runPendingTasks();
    takeBytes();
    flushes.count = 0;
  }

  @AfterEach
  void close() {
    session.onClosed();
    channel.finishAndReleaseAll();
  }

  private int takeBytes() {
    int bytes = 0;
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      bytes += next.readableBytes();
      next.release();
    }
    return bytes;
  }

  @Test
  void whatManyStreamsWriteInOneTurnGoesOutWithOneFlush() {
    for (int i = 0; i < 20; i++) {
      NettyStream stream = Objects.requireNonNull(session.open());
      stream.write(ByteBuffer.allocate(1000));
      stream.write(ByteBuffer.allocate(1000));
    }
    assertThat(flushes.count).isZero();
    channel.runPendingTasks();
    assertThat(flushes.count).isEqualTo(1);
    assertThat(takeBytes()).isGreaterThan(40_000);
    assertThat(flushes.count).isEqualTo(1);
  }

  @Test
  void whatComesOfOneReadGoesOutWithOneFlush() {
    byte[] pings = new byte[3 * 12];
    for (int i = 0; i < 3; i++) {
      pings[12 * i + 1] = 2;
      pings[12 * i + 3] = 1;
      pings[12 * i + 11] = (byte) i;
    }
    session.onBytes(Unpooled.wrappedBuffer(keys.sealed(APPLICATION_DATA, pings)));
    session.onBytes(Unpooled.wrappedBuffer(keys.sealed(APPLICATION_DATA, pings)));
    channel.runPendingTasks();
    assertThat(flushes.count).isZero();
    session.onReadComplete();
    assertThat(flushes.count).isEqualTo(1);
    assertThat(takeBytes()).isGreaterThan(6 * 12);
  }
}
