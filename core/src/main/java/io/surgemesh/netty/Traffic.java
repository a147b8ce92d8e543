package io.surgemesh.netty;

import io.surgemesh.host.HostMetrics;
import java.time.Duration;

/** Counts the bytes of one connection, and tells of many at once. Confined to its loop. */
final class Traffic {
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Watch watch;
  private final boolean counting;
  private long received;
  private long sent;
  private long dueNanos;

  Traffic(Watch watch, long nowNanos) {
    this.watch = watch;
    this.counting = watch.isCounting();
    this.dueNanos = nowNanos + EVERY_NANOS;
  }

  void received(int bytes) {
    received += bytes;
  }

  void sent(int bytes) {
    sent += bytes;
  }

  /** Some bytes have passed: tells of them if it is time. */
  void passed(long nowNanos) {
    if (counting && (received + sent >= HostMetrics.BATCH_BYTES || nowNanos >= dueNanos)) {
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
