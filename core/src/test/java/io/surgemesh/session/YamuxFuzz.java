package io.surgemesh.session;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Plays the input against a session as a script of steps: frames and raw bytes of the peer, calls
 * of our own, time. The limits are small ones, so that short scripts reach them.
 */
public final class YamuxFuzz {
  private static final int FED_BYTES_MAX = 4 << 20;
  private static final int WINDOW_BYTES_MAX = 1 << 19;
  private static final YamuxLimits LIMITS =
      new YamuxLimits(
          4,
          3,
          6,
          WINDOW_BYTES_MAX,
          3L * Yamux.WINDOW_BYTES_INITIAL,
          Duration.ofMillis(200).toNanos(),
          2,
          Duration.ofMillis(2).toNanos(),
          8,
          2,
          3,
          2,
          4,
          Duration.ofSeconds(15).toNanos(),
          2);

  private final ByteBuffer script;
  private final Yamux yamux;
  private final FrameReader reader;
  private final Map<Integer, Integer> unconsumed = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();
  private long nowNanos;
  private int fedBytes;
  private int ownFrames;
  private boolean over;

  private YamuxFuzz(byte[] data) {
    this.script = ByteBuffer.wrap(data);
    this.yamux = new Yamux((next() & 1) == 0, LIMITS, nowNanos);
    this.reader = new FrameReader(yamux, new Received());
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new YamuxFuzz(data).play();
  }

  private void play() {
    while (script.hasRemaining() && !over && fedBytes < FED_BYTES_MAX) {
      step();
      drain();
      check();
    }
    if (over) {
      feed(new YamuxFrame(YamuxFrame.TYPE_PING, YamuxFrame.FLAG_SYN, 0, 7), 0);
      yamux.onTimeout(Long.MAX_VALUE - 1);
      if (yamux.poll() != null || yamux.open(nowNanos) != 0) {
        throw new AssertionError("goes on after its end");
      }
    }
  }

  private int next() {
    return script.hasRemaining() ? script.get() & 0xff : 0;
  }

  private void step() {
    int step = next();
    switch (step & 7) {
      case 0 -> {
        byte[] raw = new byte[Math.min(script.remaining(), 1 + next())];
        script.get(raw, 0, Math.min(raw.length, script.remaining()));
        feed(raw);
      }
      case 1, 2, 3 -> frame(next(), next(), next() << (step >> 3 & 15));
      case 4 -> {
        nowNanos += Duration.ofMillis(next() << (step >> 3 & 7)).toNanos();
        if (nowNanos >= yamux.deadlineNanos()) {
          ownFrames++;
          yamux.onTimeout(nowNanos);
        }
      }
      case 5 -> {
        int id = next() & 31;
        ownFrames += 2;
        yamux.consumed(id, unconsumed.getOrDefault(id, 0), nowNanos);
        unconsumed.remove(id);
      }
      case 6 -> own(step >> 3, next() & 31);
      default -> {
        while (yamux.pollFrame() != null) {
          // Sent.
        }
        ownFrames = 0;
      }
    }
  }

  private void own(int call, int id) {
    ownFrames++;
    switch (call & 3) {
      case 0 -> {
        int opened = yamux.open(nowNanos);
        unconsumed.remove(opened);
        ended.remove(opened);
      }
      case 1 -> yamux.closeWrite(id);
      case 2 -> yamux.reset(id);
      default -> yamux.onSent(id, (int) Math.min(1000, yamux.credit(id)));
    }
  }

  /** Feeds one frame, with the whole body that it announces where that is taken. */
  private void frame(int head, int streamId, int length) {
    int type = head & 3;
    feed(new YamuxFrame(type, head >> 2 & 15, streamId & 31, length), length);
  }

  private void feed(YamuxFrame frame, int length) {
    byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    frame.write(header, 0);
    feed(header);
    if (frame.type() == YamuxFrame.TYPE_DATA && yamux.bodyBytes() == length) {
      feed(new byte[length]);
    }
  }

  private void feed(byte[] bytes) {
    fedBytes += bytes.length;
    reader.feed(ByteBuffer.wrap(bytes), nowNanos);
  }

  private void drain() {
    for (var output = yamux.poll(); output != null; output = yamux.poll()) {
      if (over) {
        throw new AssertionError("goes on after its end: " + output);
      }
      if (output instanceof YamuxOutput.Opened opened) {
        unconsumed.remove(opened.streamId());
        ended.remove(opened.streamId());
      } else if (output instanceof YamuxOutput.RemoteClosed closed) {
        ended.add(closed.streamId());
      } else if (output instanceof YamuxOutput.Reset reset) {
        ended.add(reset.streamId());
      } else if (output instanceof YamuxOutput.Misbehaved || output instanceof YamuxOutput.Gone) {
        over = true;
      }
    }
  }

  private void check() {
    if (yamux.bodyBytes() < 0 || yamux.bodyBytes() > WINDOW_BYTES_MAX) {
      throw new AssertionError("body of " + yamux.bodyBytes() + " bytes");
    }
    if (yamux.streamCount() < 0
        || yamux.streamCount() > LIMITS.inboundStreamsMax() + LIMITS.outboundStreamsMax()) {
      throw new AssertionError(yamux.streamCount() + " streams");
    }
    int framesMax = LIMITS.framesQueuedMax() + LIMITS.pingRepliesMax() + ownFrames + 1;
    if (yamux.framesQueued() > framesMax) {
      throw new AssertionError(yamux.framesQueued() + " frames queued, at most " + framesMax);
    }
  }

  /** Holds the peer to the window: what was not consumed stays within it. */
  private final class Received implements FrameReader.Sink {
    @Override
    public void onHeader() {
      drain();
    }

    @Override
    public void onBody(int streamId, ByteBuffer piece) {
      int held = unconsumed.merge(streamId, piece.remaining(), Integer::sum);
      if (ended.contains(streamId)) {
        throw new AssertionError("data after the end of stream " + streamId);
      }
      if (held > WINDOW_BYTES_MAX) {
        throw new AssertionError("stream " + streamId + " holds " + held + " bytes");
      }
    }

    @Override
    public void onBodyEnd() {
      drain();
    }
  }
}
