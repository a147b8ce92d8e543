package io.surgemesh.session;

import io.surgemesh.machine.Machine;
import io.surgemesh.machine.RateLimit;
import io.surgemesh.session.YamuxOutput.Reason;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One yamux session: its streams, their flow control and its control frames, but no bodies.
 *
 * <p>Who drives it cuts the inbound bytes: twelve bytes go to {@link #onHeader}, then {@link
 * #bodyBytes} bytes belong to the stream {@link #bodyStreamId}, or nowhere when that is 0, and
 * {@link #onBodyEnd} follows. Outbound it sends the frames of {@link #pollFrame} before any data,
 * and data within {@link #credit}. Bounds are in {@link YamuxLimits}.
 *
 * <p>After {@link YamuxOutput.Misbehaved} or {@link YamuxOutput.Gone} the machine takes nothing
 * more; what {@link #pollFrame} still returns may be sent before the connection closes.
 *
 * @see <a href="https://github.com/hashicorp/yamux/blob/master/spec.md">yamux spec</a>
 * @see <a href="https://github.com/libp2p/specs/blob/master/yamux/README.md">libp2p yamux spec</a>
 */
public final class Yamux implements Machine<YamuxOutput> {
  /** The protocol's name in multistream-select. */
  public static final String PROTOCOL = "/yamux/1.0.0";

  /**
   * The window that every stream begins with, in bytes; not negotiable (yamux spec, Flow Control).
   */
  public static final int WINDOW_BYTES_INITIAL = 256 * 1024;

  /** The largest body we send in one frame, in bytes. */
  public static final int BODY_BYTES_MAX = 64 * 1024;

  private static final long CREDIT_MAX = 0xffff_ffffL;

  private final YamuxLimits limits;
  private final YamuxIds ids;
  private final YamuxStreams streams;
  private final YamuxFrameQueue frames;
  private final YamuxKeepAlive keepAlive;
  private final ArrayDeque<YamuxOutput> outputs = new ArrayDeque<>();
  private final YamuxStrays strays;
  private final RateLimit resets;
  private final YamuxRtt rtt = new YamuxRtt();
  private int bodyBytes;
  private int bodyStreamId;
  private boolean finAfterBody;
  private boolean remoteGone;
  private boolean over;

  /**
   * Creates a session.
   *
   * @param dialer whether this side dialled: its streams have odd ids
   */
  public Yamux(boolean dialer, YamuxLimits limits, long nowNanos) {
    this(dialer, dialer ? 1 : 2, limits, nowNanos);
  }

  /** Creates a session whose first stream has another id. */
  Yamux(boolean dialer, int firstStreamId, YamuxLimits limits, long nowNanos) {
    this.limits = limits;
    this.ids = new YamuxIds(firstStreamId);
    this.streams = new YamuxStreams(ids);
    this.frames = new YamuxFrameQueue(limits);
    this.keepAlive = new YamuxKeepAlive(dialer, limits, nowNanos);
    this.strays = new YamuxStrays(limits);
    this.resets = new RateLimit(limits.resetsPerSecond(), limits.resetsBurst());
  }

  /** Takes the twelve bytes of a header at {@code offset}. */
  public void onHeader(byte[] header, int offset, long nowNanos) {
    if (over) {
      return;
    }
    keepAlive.heard(nowNanos);
    int type = header[offset + 1];
    int flags = (header[offset + 2] & 0xff) << 8 | (header[offset + 3] & 0xff);
    int streamId = YamuxFrame.readInt(header, offset + 4);
    int length = YamuxFrame.readInt(header, offset + 8);
    if (header[offset] != YamuxFrame.VERSION || flags > 15) {
      misbehaved(Reason.BAD_FRAME);
      return;
    }
    switch (type) {
      case YamuxFrame.TYPE_DATA, YamuxFrame.TYPE_WINDOW_UPDATE ->
          onStreamFrame(type == YamuxFrame.TYPE_DATA, flags, streamId, length, nowNanos);
      case YamuxFrame.TYPE_PING -> onPing(flags, streamId, length, nowNanos);
      case YamuxFrame.TYPE_GO_AWAY -> onGoAway(streamId, length);
      default -> misbehaved(Reason.BAD_FRAME);
    }
  }

  /** Returns how many bytes of body follow the last header. */
  public int bodyBytes() {
    return bodyBytes;
  }

  /** Returns the stream that the body belongs to, or 0 when it is to be thrown away. */
  public int bodyStreamId() {
    return bodyStreamId;
  }

  /**
   * Tells that the body has arrived whole and was handed on; called for bodies of 0 bytes as well.
   */
  public void onBodyEnd(long nowNanos) {
    bodyBytes = 0;
    if (finAfterBody) {
      finAfterBody = false;
      YamuxStreamState stream = streams.find(bodyStreamId);
      if (stream != null) {
        remoteClosed(stream);
      }
    }
  }

  private void onStreamFrame(boolean data, int flags, int streamId, int length, long nowNanos) {
    if (streamId == 0) {
      misbehaved(Reason.BAD_STREAM_ID);
      return;
    }
    if ((flags & YamuxFrame.FLAG_SYN) != 0 && !onSyn(flags, streamId, nowNanos)) {
      return;
    }
    YamuxStreamState stream = streams.find(streamId);
    if (stream == null) {
      if (data) {
        onUnknown(streamId, length, nowNanos);
      }
      return;
    }
    if ((flags & YamuxFrame.FLAG_ACK) != 0) {
      streams.acked(stream);
    }
    if ((flags & YamuxFrame.FLAG_RST) != 0) {
      onRst(stream, data ? length : 0, nowNanos);
    } else if (data) {
      onData(stream, flags, length);
    } else {
      onCredit(stream, flags, length);
    }
  }

  /** Returns whether the frame is looked at further. */
  private boolean onSyn(int flags, int streamId, long nowNanos) {
    if (streams.find(streamId) != null || ids.isOurs(streamId)) {
      misbehaved(Reason.BAD_OPEN);
      return false;
    }
    if ((flags & YamuxFrame.FLAG_RST) != 0) {
      return true;
    }
    ids.saw(streamId);
    boolean room = streams.inbound() < limits.inboundStreamsMax();
    if ((!room && !resets.allows(nowNanos))
        || !frames.answer(room ? YamuxFrame.FLAG_ACK : YamuxFrame.FLAG_RST, streamId)) {
      misbehaved(Reason.FLOOD);
      return false;
    }
    if (room) {
      streams.add(streamId, nowNanos);
      outputs.add(new YamuxOutput.Opened(streamId));
    } else {
      strays.forgive(WINDOW_BYTES_INITIAL);
    }
    return true;
  }

  private void onUnknown(int streamId, int length, long nowNanos) {
    if (strays.bears(ids.wasOpen(streamId), length, nowNanos)) {
      drain(length);
    } else {
      misbehaved(Reason.FLOOD);
    }
  }

  private void onRst(YamuxStreamState stream, int bodyLength, long nowNanos) {
    streams.remove(stream);
    outputs.add(new YamuxOutput.Reset(stream.id));
    if (!resets.allows(nowNanos)) {
      misbehaved(Reason.FLOOD);
    } else {
      drain(bodyLength);
    }
  }

  private void drain(int length) {
    if (length < 0 || length > limits.windowBytesMax()) {
      misbehaved(Reason.WINDOW_EXCEEDED);
    } else {
      bodyBytes = length;
      bodyStreamId = 0;
    }
  }

  private void onData(YamuxStreamState stream, int flags, int length) {
    if (length < 0 || length > stream.receiveCredit || (stream.remoteClosed && length > 0)) {
      misbehaved(Reason.WINDOW_EXCEEDED);
      return;
    }
    stream.receiveCredit -= length;
    bodyBytes = length;
    bodyStreamId = stream.id;
    finAfterBody = (flags & YamuxFrame.FLAG_FIN) != 0;
  }

  private void onCredit(YamuxStreamState stream, int flags, int length) {
    long credit = stream.sendCredit + Integer.toUnsignedLong(length);
    if (credit > CREDIT_MAX) {
      misbehaved(Reason.CREDIT_OVERFLOW);
      return;
    }
    boolean hadNone = stream.sendCredit == 0;
    stream.sendCredit = credit;
    if (hadNone && credit > 0) {
      outputs.add(new YamuxOutput.Credited(stream.id));
    }
    if ((flags & YamuxFrame.FLAG_FIN) != 0) {
      remoteClosed(stream);
    }
  }

  private void remoteClosed(YamuxStreamState stream) {
    if (!stream.remoteClosed) {
      stream.remoteClosed = true;
      outputs.add(new YamuxOutput.RemoteClosed(stream.id));
      streams.removeWhenClosed(stream);
    }
  }

  private void onPing(int flags, int streamId, int value, long nowNanos) {
    if (streamId != 0) {
      misbehaved(Reason.BAD_STREAM_ID);
    } else if (flags == YamuxFrame.FLAG_SYN) {
      if (!frames.answerPing(value)) {
        misbehaved(Reason.FLOOD);
      }
    } else if (flags == YamuxFrame.FLAG_ACK) {
      rtt.onAnswer(value, nowNanos);
    } else {
      misbehaved(Reason.BAD_FRAME);
    }
  }

  private void onGoAway(int streamId, int code) {
    if (streamId != 0) {
      misbehaved(Reason.BAD_STREAM_ID);
    } else if (!remoteGone) {
      remoteGone = true;
      outputs.add(new YamuxOutput.WentAway(code == YamuxFrame.GO_AWAY_NORMAL));
    }
  }

  /**
   * Opens a stream, whose first frame is queued.
   *
   * <p>With the last id below 2^31 we go away as well: {@link YamuxOutput.WentAway} follows.
   *
   * @return its id, or 0 when a limit is reached, or the peer or we have gone away
   */
  public int open(long nowNanos) {
    if (over || remoteGone || ids.areUsedUp() || !streams.mayOpen(limits)) {
      return 0;
    }
    YamuxStreamState stream = streams.add(ids.take(), nowNanos);
    update(YamuxFrame.FLAG_SYN, stream.id, 0);
    if (ids.areUsedUp()) {
      // This session serves its streams to the end; others open on a new one.
      frames.addGoAway(YamuxFrame.GO_AWAY_NORMAL);
      outputs.add(new YamuxOutput.WentAway(true));
    }
    return stream.id;
  }

  /** Returns how many bytes may be sent on a stream now; 0 when it is not open for sending. */
  public long credit(int streamId) {
    YamuxStreamState stream = streams.find(streamId);
    return stream == null || stream.localClosed ? 0 : stream.sendCredit;
  }

  /** Tells that {@code bytes}, at most the stream's credit, were sent on it. */
  public void onSent(int streamId, int bytes) {
    YamuxStreamState stream = streams.find(streamId);
    if (stream != null) {
      stream.sendCredit -= bytes;
    }
  }

  /**
   * Gives the peer credit for {@code bytes} that it sent and our side has dealt with.
   *
   * <p>Credit goes out once half a window is due. A window used up within {@link
   * YamuxLimits#growWithinRtts} was too small for the path and doubles, or grows to what another
   * stream of this session has grown to, up to the limits.
   */
  public void consumed(int streamId, int bytes, long nowNanos) {
    YamuxStreamState stream = streams.find(streamId);
    if (stream == null || over || stream.remoteClosed || bytes <= 0) {
      return;
    }
    stream.consume(bytes);
    if (!streams.isCreditDue(stream)) {
      return;
    }
    rtt.measure(frames, nowNanos);
    int more = streams.grow(stream, limits, rtt.growWithinNanos(limits), nowNanos);
    update(0, streamId, stream.grant(more, nowNanos));
  }

  /** Ends our direction of a stream, after all that was sent on it. */
  public void closeWrite(int streamId) {
    YamuxStreamState stream = streams.find(streamId);
    if (stream != null && !stream.localClosed && !over) {
      stream.localClosed = true;
      update(YamuxFrame.FLAG_FIN, streamId, 0);
      streams.removeWhenClosed(stream);
    }
  }

  /** Ends both directions of a stream, which is gone. */
  public void reset(int streamId) {
    YamuxStreamState stream = streams.find(streamId);
    if (stream != null && !over) {
      streams.remove(stream);
      strays.forgive(stream.remoteClosed ? 0 : stream.receiveCredit);
      update(YamuxFrame.FLAG_RST, streamId, 0);
    }
  }

  /**
   * Says farewell: what {@link #pollFrame} still returns may be sent, then the connection closes.
   */
  public void goAway() {
    if (!over) {
      over = true;
      frames.addGoAway(YamuxFrame.GO_AWAY_NORMAL);
    }
  }

  /** Returns whether a stream is open in at least one direction. */
  public boolean isOpen(int streamId) {
    return streams.find(streamId) != null;
  }

  /** Returns how many streams are open, of both sides. */
  public int streamCount() {
    return streams.count();
  }

  /** Returns the next control frame to send, or null. */
  public @Nullable YamuxFrame pollFrame() {
    return frames.poll();
  }

  /** Returns how many control frames wait to be sent. */
  public int framesQueued() {
    return frames.size();
  }

  @Override
  public @Nullable YamuxOutput poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return over ? NEVER : keepAlive.deadlineNanos();
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (over) {
      return;
    }
    switch (keepAlive.onTimeout(nowNanos)) {
      case PING -> frames.addPing(0);
      case GIVE_UP -> {
        over = true;
        outputs.add(new YamuxOutput.Gone());
      }
      case WAIT -> {}
    }
  }

  private void misbehaved(Reason reason) {
    over = true;
    bodyBytes = 0;
    bodyStreamId = 0;
    finAfterBody = false;
    frames.clear();
    frames.addGoAway(YamuxFrame.GO_AWAY_PROTOCOL_ERROR);
    outputs.add(new YamuxOutput.Misbehaved(reason));
  }

  private void update(int flags, int streamId, int credit) {
    frames.add(YamuxFrame.TYPE_WINDOW_UPDATE, flags, streamId, credit);
  }
}
