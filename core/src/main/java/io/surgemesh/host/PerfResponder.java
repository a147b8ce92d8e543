package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The serving side of one perf stream: swallows what comes until the peer closes, then sends.
 *
 * <p>Confined to the connection's loop. The slot is given back when the last byte is queued, or the
 * stream breaks.
 */
final class PerfResponder implements StreamListener {
  private static final long STALL_NANOS = Duration.ofSeconds(Perf.STALL_SECONDS).toNanos();

  private final PerfSlots slots;
  private final PeerId peer;
  private final Loop loop;
  private long wantedBytes;
  private int requestBytes;
  private @Nullable ZeroWriter writer;
  private @Nullable Timer timer;
  private long movedNanos;
  private boolean over;

  PerfResponder(PerfSlots slots, Stream stream) {
    this.slots = slots;
    this.peer = stream.connection().remotePeer();
    this.loop = stream.connection().loop();
    this.over = !slots.take(peer);
    if (over) {
      stream.reset();
    } else {
      moved();
      arm(stream);
    }
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    if (over) {
      return;
    }
    moved();
    stream.consumed(data.remaining());
    while (requestBytes < Perf.REQUEST_BYTES && data.hasRemaining()) {
      wantedBytes = wantedBytes << Byte.SIZE | Byte.toUnsignedLong(data.get());
      requestBytes++;
    }
  }

  @Override
  public void onRemoteClose(Stream stream) {
    if (over) {
      return;
    }
    moved();
    if (requestBytes < Perf.REQUEST_BYTES) {
      end();
      stream.reset();
    } else if (wantedBytes == 0) {
      end();
      stream.closeWrite();
    } else {
      writer = new ZeroWriter(wantedBytes);
      send(stream, writer);
    }
  }

  @Override
  public void onWritable(Stream stream) {
    ZeroWriter sending = writer;
    if (!over && sending != null) {
      moved();
      send(stream, sending);
    }
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    end();
  }

  private void send(Stream stream, ZeroWriter sending) {
    sending.pump(stream);
    if (sending.leftBytes() == 0) {
      end();
    }
  }

  private void moved() {
    movedNanos = loop.nowNanos();
  }

  /** What moves only leaves its time: no timer is armed and cancelled for each piece. */
  private void arm(Stream stream) {
    timer = loop.arm(movedNanos + STALL_NANOS, () -> onDeadline(stream));
  }

  private void onDeadline(Stream stream) {
    if (over) {
      return;
    }
    if (loop.nowNanos() - movedNanos < STALL_NANOS) {
      arm(stream);
    } else {
      end();
      stream.reset();
    }
  }

  private void end() {
    if (!over) {
      over = true;
      slots.giveBack(peer);
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
