package io.surgemesh.host;

import io.surgemesh.host.Rule.Reaction;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends back the pings of one stream, and closes it when the peer has closed its direction.
 *
 * <p>Resets it when a ping is not whole 10 s after its first byte, or none comes for a minute.
 */
final class PingResponder implements StreamListener {
  private static final long PING_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();

  private final PingLimits limits;
  private final PeerId peer;
  private final boolean admitted;
  private byte[] payload = new byte[Ping.PAYLOAD_BYTES];
  private final Loop loop;
  private int filled;
  private long heardNanos;
  private long begunNanos;
  private @Nullable Timer timer;
  private boolean over;

  PingResponder(PingLimits limits, Stream stream) {
    this.limits = limits;
    this.peer = stream.connection().remotePeer();
    this.admitted = limits.opened(peer);
    this.loop = stream.connection().loop();
    if (admitted) {
      heardNanos = loop.nowNanos();
      arm(stream);
    } else {
      stream.reset();
      stream.connection().misbehaved(Rule.PING_FLOOD, Reaction.RESET);
    }
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    if (!admitted || over) {
      return;
    }
    stream.consumed(data.remaining());
    long nowNanos = loop.nowNanos();
    heardNanos = nowNanos;
    while (data.hasRemaining()) {
      if (filled == 0) {
        begunNanos = nowNanos;
      }
      int bytes = Math.min(data.remaining(), payload.length - filled);
      data.get(payload, filled, bytes);
      filled += bytes;
      if (filled == payload.length) {
        if (!limits.pinged(peer, nowNanos)) {
          stream.reset();
          stream.connection().misbehaved(Rule.PING_FLOOD, Reaction.RESET);
          end();
          return;
        }
        stream.write(ByteBuffer.wrap(payload));
        payload = new byte[Ping.PAYLOAD_BYTES];
        filled = 0;
      }
    }
  }

  @Override
  public void onRemoteClose(Stream stream) {
    if (filled > 0) {
      stream.reset();
      stream.connection().misbehaved(Rule.PING_ECHO, Reaction.RESET);
    } else {
      stream.closeWrite();
    }
    end();
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    end();
  }

  /** What comes only leaves its time: no timer is armed and cancelled for each ping. */
  private void arm(Stream stream) {
    long dueNanos = (filled > 0 ? begunNanos : loop.nowNanos()) + PING_NANOS;
    timer = loop.arm(dueNanos, () -> onTimer(stream));
  }

  private void onTimer(Stream stream) {
    if (over) {
      return;
    }
    long nowNanos = loop.nowNanos();
    boolean partial = filled > 0 && nowNanos - begunNanos >= PING_NANOS;
    if (partial || nowNanos - heardNanos >= IDLE_NANOS) {
      stream.reset();
      if (partial) {
        stream.connection().misbehaved(Rule.MESSAGE_DEADLINE, Reaction.RESET);
      }
      end();
    } else {
      arm(stream);
    }
  }

  private void end() {
    if (admitted && !over) {
      over = true;
      limits.closed(peer);
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
