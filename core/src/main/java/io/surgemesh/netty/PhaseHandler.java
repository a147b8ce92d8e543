package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one handler in a connection's pipeline: hands bytes to the current phase. */
final class PhaseHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseHandler.class);

  private final Channel channel;
  private Phase phase;
  private @Nullable ByteBuf held;
  private boolean paused;

  PhaseHandler(Channel channel, Phase first) {
    this.channel = channel;
    this.phase = first;
  }

  /** Goes over to the next phase, which gets what the last one left unread. */
  void become(Phase next) {
    phase = next;
  }

  /** Stops reading until {@link #resume}; what was read already is kept. */
  void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  /** Goes on with what is held, then with reading. */
  void resume() {
    paused = false;
    ByteBuf bytes = held;
    held = null;
    if (bytes != null) {
      offer(bytes);
      phase.onReadComplete();
    }
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    ByteBuf before = held;
    held = null;
    if (before != null) {
      before.writeBytes(bytes);
      bytes.release();
      bytes = before;
    }
    offer(bytes);
  }

  private void offer(ByteBuf bytes) {
    try {
      Phase asked = null;
      while (!paused && asked != phase && bytes.isReadable()) {
        asked = phase;
        asked.onBytes(bytes);
      }
      if (bytes.isReadable() && channel.isActive()) {
        held = channel.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
      }
    } catch (RuntimeException bug) {
      exceptionCaught(bug);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    phase.onReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    phase.onWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (held != null) {
      held.release();
      held = null;
    }
    phase.onClosed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    exceptionCaught(cause);
  }

  /** A broken socket is everyday; anything else is a bug of ours, and costs this connection. */
  private void exceptionCaught(Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("connection to {} broke: {}", channel.remoteAddress(), cause.getMessage());
    } else {
      LOG.error("bug on the connection to {}, closed", channel.remoteAddress(), cause);
    }
    channel.close();
  }
}
