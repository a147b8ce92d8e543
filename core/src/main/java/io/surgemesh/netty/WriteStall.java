package io.surgemesh.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.surgemesh.machine.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose peer takes nothing of what is queued for too long.
 *
 * <p>Looks only while something waits in the socket's queue, four times per period. Confined to the
 * connection's loop.
 */
final class WriteStall {
  private static final Logger LOG = LoggerFactory.getLogger(WriteStall.class);
  private static final int LOOKS_PER_PERIOD = 4;

  private final Channel channel;
  private final NettyLoop loop;
  private final long stallNanos;
  private final Runnable onStalled;
  private @Nullable Timer timer;
  private @Nullable Object first;
  private long firstProgress;
  private long progressNanos;

  /**
   * Creates a watch.
   *
   * @param onStalled told before the connection is closed
   */
  WriteStall(Channel channel, NettyLoop loop, long stallNanos, Runnable onStalled) {
    this.onStalled = onStalled;
    this.channel = channel;
    this.loop = loop;
    this.stallNanos = stallNanos;
  }

  /** Tells that bytes were given to the socket. */
  void onWritten() {
    if (timer == null && isWaiting()) {
      remember();
      arm();
    }
  }

  void close() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void arm() {
    timer = loop.arm(loop.nowNanos() + stallNanos / LOOKS_PER_PERIOD, this::look);
  }

  private void look() {
    timer = null;
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null || buffer.isEmpty()) {
      return;
    }
    if (buffer.current() != first || buffer.currentProgress() != firstProgress) {
      remember();
    } else if (loop.nowNanos() - progressNanos >= stallNanos) {
      LOG.debug("{} takes no bytes, connection closed", channel.remoteAddress());
      onStalled.run();
      channel.close();
      return;
    }
    arm();
  }

  private boolean isWaiting() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer != null && !buffer.isEmpty();
  }

  private void remember() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    progressNanos = loop.nowNanos();
    first = buffer == null ? null : buffer.current();
    firstProgress = buffer == null ? 0 : buffer.currentProgress();
  }
}
