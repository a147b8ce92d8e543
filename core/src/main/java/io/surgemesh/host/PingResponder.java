package io.surgemesh.host;

import io.surgemesh.host.Rule.Reaction;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;

/** Sends back the pings of one stream, and closes it when the peer has closed its direction. */
final class PingResponder implements StreamListener {
  private final PingLimits limits;
  private final PeerId peer;
  private final boolean admitted;
  private byte[] payload = new byte[Ping.PAYLOAD_BYTES];
  private int filled;
  private boolean over;

  PingResponder(PingLimits limits, Stream stream) {
    this.limits = limits;
    this.peer = stream.connection().remotePeer();
    this.admitted = limits.opened(peer);
    if (!admitted) {
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
    while (data.hasRemaining()) {
      int bytes = Math.min(data.remaining(), payload.length - filled);
      data.get(payload, filled, bytes);
      filled += bytes;
      if (filled == payload.length) {
        if (!limits.pinged(peer, stream.connection().loop().nowNanos())) {
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

  private void end() {
    if (admitted && !over) {
      over = true;
      limits.closed(peer);
    }
  }
}
