package io.surgemesh.parts;

import io.surgemesh.session.FrameReader;
import io.surgemesh.session.RecordFiller;
import io.surgemesh.session.Yamux;
import io.surgemesh.session.YamuxLimits;
import io.surgemesh.session.YamuxOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two yamux sessions, of which one sends: the records of each go to the other as they are, without
 * a cipher or a socket between them. The receiver takes everything up at once.
 */
final class YamuxPipe {
  private static final int RECORD_BYTES = 256 * 1024;
  private static final long NOW_NANOS = 0;

  private final Yamux sender = new Yamux(true, YamuxLimits.defaults(), NOW_NANOS);
  private final Yamux receiver = new Yamux(false, YamuxLimits.defaults(), NOW_NANOS);
  private final RecordFiller<Source> fromSender = new RecordFiller<>(sender);
  private final RecordFiller<Source> fromReceiver = new RecordFiller<>(receiver);
  private final FrameReader toSender = new FrameReader(sender, new Credits());
  private final FrameReader toReceiver = new FrameReader(receiver, new Bodies());
  private final byte[] record = new byte[RECORD_BYTES];
  private final byte[] message = new byte[RECORD_BYTES];
  private final List<Source> sources = new ArrayList<>();
  private long received;
  private @Nullable ByteBuffer lastReceived;

  /** Opens so many streams. */
  YamuxPipe(int streams) {
    for (int i = 0; i < streams; i++) {
      sources.add(new Source(sender.open(NOW_NANOS)));
    }
    exchange();
  }

  /** Sends {@code bytes} on each stream; returns how many have ever been received. */
  long send(int bytes) {
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      source.left += bytes;
      fromSender.add(source);
    }
    exchange();
    return received;
  }

  /** Returns what has come last, so that it counts as used. */
  @Nullable ByteBuffer lastReceived() {
    return lastReceived;
  }

  private void exchange() {
    while (fromSender.hasWork() || fromReceiver.hasWork()) {
      int sent = fromSender.fill(record, record.length);
      toReceiver.feed(ByteBuffer.wrap(record, 0, sent), NOW_NANOS);
      int answered = fromReceiver.fill(record, record.length);
      toSender.feed(ByteBuffer.wrap(record, 0, answered), NOW_NANOS);
    }
  }

  /** A stream that has bytes queued. */
  private final class Source implements RecordFiller.Source {
    private final int id;
    private int left;
    private boolean scheduled;

    Source(int id) {
      this.id = id;
    }

    @Override
    public int id() {
      return id;
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public boolean schedule() {
      boolean fresh = !scheduled;
      scheduled = true;
      return fresh;
    }

    @Override
    public void unschedule() {
      scheduled = false;
    }

    @Override
    public boolean hasPending() {
      return left > 0;
    }

    @Override
    public int drainTo(byte[] target, int offset, int bytesMax) {
      int moved = Math.min(left, bytesMax);
      System.arraycopy(message, 0, target, offset, moved);
      left -= moved;
      return moved;
    }

    @Override
    public void onDrained() {
      // Stays open for more.
    }
  }

  /** Takes up what the receiver reads. */
  private final class Bodies implements FrameReader.Sink {
    @Override
    public void onHeader() {
      performAll(receiver);
    }

    @Override
    public void onBody(int streamId, ByteBuffer piece) {
      lastReceived = piece;
      received += piece.remaining();
      receiver.consumed(streamId, piece.remaining(), NOW_NANOS);
    }

    @Override
    public void onBodyEnd() {
      performAll(receiver);
    }
  }

  /** Lets streams go on that have credit again. */
  private final class Credits implements FrameReader.Sink {
    @Override
    public void onHeader() {
      performAll(sender);
    }

    @Override
    public void onBody(int streamId, ByteBuffer piece) {
      throw new IllegalStateException("the receiver sends nothing");
    }

    @Override
    public void onBodyEnd() {
      performAll(sender);
    }
  }

  private void performAll(Yamux yamux) {
    for (YamuxOutput output = yamux.poll(); output != null; output = yamux.poll()) {
      if (output instanceof YamuxOutput.Credited credited) {
        // Ids of ours are odd and in the order of the streams.
        fromSender.add(sources.get(credited.streamId() / 2));
      } else if (!(output instanceof YamuxOutput.Opened)) {
        throw new IllegalStateException("unexpected: " + output);
      }
    }
  }
}
