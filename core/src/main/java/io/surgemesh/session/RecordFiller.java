package io.surgemesh.session;

import java.util.ArrayDeque;

/**
 * Fills records with what a connection has to send: control frames first, then the streams in turn.
 *
 * <p>When it is time to send, and whether the socket takes bytes, is for who drives it: what is not
 * asked for stays in the streams' queues, where it is counted. Holds a stream at most once, so as
 * many as are open. Confined to one thread. Internal: public only for the rooms that drive
 * sessions.
 *
 * @param <S> the driver's streams
 */
public final class RecordFiller<S extends RecordFiller.Source> {
  /** One stream's queue. */
  public interface Source {
    /** Returns the id of the stream. */
    int id();

    /** Returns whether the stream was reset or broke, and has nothing to send any more. */
    boolean isOver();

    /** Marks the stream as waiting its turn; returns false when it already is, or is over. */
    boolean schedule();

    /** Takes that mark away. */
    void unschedule();

    /** Returns whether bytes are queued. */
    boolean hasPending();

    /**
     * Moves queued bytes to {@code target}; they count as sent.
     *
     * @return how many, at most {@code bytesMax}
     */
    int drainTo(byte[] target, int offset, int bytesMax);

    /** The stream had its turn, and nothing is queued any more: closes if it is to close. */
    void onDrained();
  }

  private static final int HEADER_BYTES = YamuxFrame.HEADER_BYTES;

  /** The share of one stream in a record that others wait for as well, in bytes. */
  private static final int FAIR_BODY_BYTES = 16 * 1024;

  private final Yamux yamux;
  private final ArrayDeque<S> ready = new ArrayDeque<>();

  /** Creates a filler with nothing to send but what {@code yamux} has. */
  public RecordFiller(Yamux yamux) {
    this.yamux = yamux;
  }

  /**
   * Lets a stream that has something to send take its turn, if the peer gave it credit.
   *
   * @return whether it waits for its turn by that
   */
  public boolean add(S stream) {
    if (yamux.credit(stream.id()) > 0 && stream.schedule()) {
      ready.add(stream);
      return true;
    }
    return false;
  }

  /** Returns whether a record would not be empty. */
  public boolean hasWork() {
    return !ready.isEmpty() || yamux.framesQueued() > 0;
  }

  /** Forgets the streams that wait. */
  public void clear() {
    ready.clear();
  }

  /**
   * Fills {@code plain} from index 0 with what is to be encrypted at once.
   *
   * @param bytesMax how far, at most its length
   * @return how many bytes, 0 when there is nothing to send
   */
  public int fill(byte[] plain, int bytesMax) {
    int filled = fillFrames(plain, 0, bytesMax);
    while (!ready.isEmpty() && bytesMax - filled > HEADER_BYTES) {
      filled += take(ready.remove(), plain, filled, bytesMax);
    }
    // Streams that are done with it close in the same record.
    return fillFrames(plain, filled, bytesMax);
  }

  private int fillFrames(byte[] plain, int from, int bytesMax) {
    int filled = from;
    while (bytesMax - filled >= HEADER_BYTES) {
      YamuxFrame frame = yamux.pollFrame();
      if (frame == null) {
        break;
      }
      frame.write(plain, filled);
      filled += HEADER_BYTES;
    }
    return filled;
  }

  private int take(S stream, byte[] plain, int filled, int bytesMax) {
    stream.unschedule();
    if (stream.isOver()) {
      return 0;
    }
    int id = stream.id();
    int share = ready.isEmpty() ? Yamux.BODY_BYTES_MAX : FAIR_BODY_BYTES;
    int room = Math.min(share, bytesMax - filled - HEADER_BYTES);
    int bodyMax = (int) Math.min(yamux.credit(id), room);
    int body = stream.drainTo(plain, filled + HEADER_BYTES, bodyMax);
    if (body > 0) {
      YamuxFrame.writeData(id, body, plain, filled);
      yamux.onSent(id, body);
    }
    if (stream.hasPending()) {
      add(stream);
    } else {
      stream.onDrained();
    }
    return body > 0 ? HEADER_BYTES + body : 0;
  }
}
