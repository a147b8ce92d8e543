package io.surgemesh.netty;

import io.surgemesh.host.HostMetrics;
import java.time.Duration;

/** Counts the bytes of one connection, and tells of many at once. Confined to its loop. */
final class Traffic {
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Watch watch;
  private final NettyLoop loop;
  private final boolean counting;
  private long received;
  private long sent;
  private long dueNanos;

  Traffic(Watch watch, NettyLoop loop) {
    this.watch = watch;
    this.loop = loop;
    this.counting = watch.isCounting();
    this.dueNanos = loop.nowNanos() + EVERY_NANOS;
  }

  void received(int bytes) {
    received += bytes;
  }

  void sent(int bytes) {
    sent += bytes;
  }

  /** Some bytes have passed: tells of them if it is time. */
  void passed() {
    if (!counting) {
      return;
    }
    long nowNanos = loop.nowNanos();
    if (received + sent >= HostMetrics.BATCH_BYTES || nowNanos >= dueNanos) {
      dueNanos = nowNanos + EVERY_NANOS;
      tell();
    }
  }

  /** Tells of what there is. */
  void tell() {
    if (counting && received + sent > 0) {
      watch.bytesMoved(received, sent);
    }
    received = 0;
    sent = 0;
  }
}
