package io.surgemesh.netty;

import io.surgemesh.machine.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Resets the streams of a connection whose peer gives no credit, or next to none, for too long:
 * nobody knows whether it ever will.
 *
 * <p>Looks only while something waits on a stream, a few times per period. Confined to the
 * connection's loop.
 */
final class StreamStalls {
  private static final int LOOKS_PER_PERIOD = 4;

  private final StreamTable streams;
  private final NettyLoop loop;
  private final long streamNanos;
  private final long closingNanos;
  private @Nullable Timer timer;
  private boolean closed;

  StreamStalls(StreamTable streams, NettyLoop loop, HostDeadlines deadlines) {
    this.streams = streams;
    this.loop = loop;
    this.streamNanos = deadlines.streamStall().toNanos();
    this.closingNanos = deadlines.closing().toNanos();
  }

  /** Something waits on a stream. */
  void watch() {
    if (timer == null && !closed) {
      long everyNanos = Math.min(streamNanos, closingNanos) / LOOKS_PER_PERIOD;
      timer = loop.arm(loop.nowNanos() + everyNanos, this::look);
    }
  }

  void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void look() {
    timer = null;
    long nowNanos = loop.nowNanos();
    boolean waiting = false;
    for (NettyStream stream : streams.all()) {
      waiting |= stream.isWaiting();
      if (stream.isStalled(streamNanos, closingNanos, nowNanos)) {
        stream.onStalled();
      }
    }
    if (waiting) {
      watch();
    }
  }
}
